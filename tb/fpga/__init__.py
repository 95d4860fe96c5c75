"""What a unit costs on an FPGA: synthesis with Yosys, place and route with nextpnr."""
