"""Service paths: everybody reads them and starts lists from them; coordinators write them."""
