"""Units as a person writes them in Verilog, and the generated ones measured beside them."""
