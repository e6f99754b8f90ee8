@_exported import AD
