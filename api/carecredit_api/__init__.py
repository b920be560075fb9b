"""The door: REST and pages over the library (Litestar); parse, call, answer."""
