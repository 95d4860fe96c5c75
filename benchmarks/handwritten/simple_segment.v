// A segment of 1 MiB anywhere in a 48-bit space, written by hand: the rival of the generated one.
// `isoform prove simple_segment --verilog benchmarks/handwritten/simple_segment.v` proves it equal.

module simple_segment (
  input             clk,
  input             rst,

  // A request, and its response one cycle later. Cause 0 is none, 1 not enabled.
  input             i_req_valid,
  output            o_req_ready,
  input      [19:0] i_req_va,
  input       [2:0] i_req_access,
  output reg        o_rsp_valid,
  input             i_rsp_ready,
  output reg [47:0] o_rsp_pa,
  output      [2:0] o_rsp_cause,

  // The register at offset 0: [47:0] physical address, [48] enable.
  input             i_bus_read,
  input             i_bus_write,
  input       [2:0] i_bus_addr,
  input      [63:0] i_bus_wdata,
  output reg [63:0] o_bus_rdata,
  output reg        o_bus_error
);

  reg [63:0] address;
  reg        disabled;  // the cause of the response

  wire enable = address[48];
  wire take   = i_req_valid & o_req_ready;
  wire known  = i_bus_addr == 3'd0;

  assign o_req_ready = ~o_rsp_valid | i_rsp_ready;
  assign o_rsp_cause = {2'b00, disabled};

  always @(posedge clk)
    if (rst)              o_rsp_valid <= 1'b0;
    else if (o_req_ready) o_rsp_valid <= i_req_valid;

  always @(posedge clk)
    if (take) disabled <= ~enable;

  // A fault clears the address by the reset pin of its flip-flops: no gate per bit.
  always @(posedge clk)
    if (take & ~enable) o_rsp_pa <= 48'd0;
    else if (take)      o_rsp_pa <= address[47:0] + {28'd0, i_req_va};

  always @(posedge clk)
    if (rst)                      address <= 64'd0;
    else if (i_bus_write & known) address <= i_bus_wdata;

  always @(posedge clk)
    if (rst | ~(i_bus_read & known)) o_bus_rdata <= 64'd0;
    else                             o_bus_rdata <= address;

  always @(posedge clk)
    if (rst) o_bus_error <= 1'b0;
    else     o_bus_error <= (i_bus_read | i_bus_write) & ~known;

endmodule
