"""The history of a record: who changed what, when and how; compare and restore versions."""
