"""What has become of a record: who changed what, when and through what; comparing and bringing back versions."""
