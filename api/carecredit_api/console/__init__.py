"""The pages a person sees: structs in, HTML out; nothing here reads a table or a clock."""
