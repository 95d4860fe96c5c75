// A segment of any size in steps of 16 bytes, written by hand: the rival of the generated one.
// `isoform prove variable_segment --verilog benchmarks/handwritten/variable_segment.v` proves it
// equal.

module variable_segment (
  input             clk,
  input             rst,

  // A request, and its response one cycle later. Access: [0] write, [1] read, [2] execute.
  // Cause: 0 none, 1 not present, 2 out of range, 4 not permitted.
  input             i_req_valid,
  output            o_req_ready,
  input      [47:0] i_req_va,
  input       [2:0] i_req_access,
  output reg        o_rsp_valid,
  input             i_rsp_ready,
  output reg [47:0] o_rsp_pa,
  output reg  [2:0] o_rsp_cause,

  // Offset 0: physical address. Offset 8: [0] present, [1] writable, [2] executable, [47:4] size.
  input             i_bus_read,
  input             i_bus_write,
  input       [3:0] i_bus_addr,
  input      [63:0] i_bus_wdata,
  output reg [63:0] o_bus_rdata,
  output reg        o_bus_error
);

  reg [63:0] address;
  reg [63:0] length;

  wire in_range  = i_req_va[47:4] < length[47:4];
  wire permitted = (length[1] | ~i_req_access[0]) & (length[2] | ~i_req_access[2]);
  wire hit       = length[0] & in_range & permitted;
  wire take      = i_req_valid & o_req_ready;
  wire known     = i_bus_addr[2:0] == 3'd0;
  wire second    = i_bus_addr[3];

  assign o_req_ready = ~o_rsp_valid | i_rsp_ready;

  always @(posedge clk)
    if (rst)              o_rsp_valid <= 1'b0;
    else if (o_req_ready) o_rsp_valid <= i_req_valid;

  always @(posedge clk)
    if (take)
      o_rsp_cause <= {length[0] & in_range & ~permitted, length[0] & ~in_range, ~length[0]};

  // A fault clears the address by the reset pin of its flip-flops: no gate per bit.
  always @(posedge clk)
    if (take & ~hit) o_rsp_pa <= 48'd0;
    else if (take)   o_rsp_pa <= i_req_va + address[47:0];

  always @(posedge clk)
    if (rst)                                address <= 64'd0;
    else if (i_bus_write & known & ~second) address <= i_bus_wdata;

  always @(posedge clk)
    if (rst)                               length <= 64'd0;
    else if (i_bus_write & known & second) length <= i_bus_wdata;

  always @(posedge clk)
    if (rst | ~(i_bus_read & known)) o_bus_rdata <= 64'd0;
    else                             o_bus_rdata <= second ? length : address;

  always @(posedge clk)
    if (rst) o_bus_error <= 1'b0;
    else     o_bus_error <= (i_bus_read | i_bus_write) & ~known;

endmodule
