// A segment written by hand to the port contract: the bench's own tests stand on it.
// pa = base + va for va < limit, if enabled and (write implies writable).
module segment(
  input  wire clk, input wire rst,
  input  wire i_req_valid, output wire o_req_ready,
  input  wire [31:0] i_req_va, input wire [1:0] i_req_access,
  output reg  o_rsp_valid, input wire i_rsp_ready,
  output reg  [47:0] o_rsp_pa, output reg [2:0] o_rsp_cause,
  input  wire i_bus_read, input wire i_bus_write,
  input  wire [7:0] i_bus_addr, input wire [63:0] i_bus_wdata,
  output reg  [63:0] o_bus_rdata, output reg o_bus_error
);
  reg [47:0] base;
  reg [31:0] limit;
  reg [1:0]  control;  // bit 0 enable, bit 1 writable
  reg [7:0]  hits;     // software may only read it; reading clears it

  assign o_req_ready = ~o_rsp_valid | i_rsp_ready;
  wire accept = i_req_valid & o_req_ready;
  wire in_range = i_req_va < limit;
  wire allowed = ~i_req_access[1] | control[1];
  wire [2:0] cause = ~control[0] ? 3'd1 : ~in_range ? 3'd2 : ~allowed ? 3'd4 : 3'd0;

  always @(posedge clk) begin
    if (accept) begin
      o_rsp_valid <= 1'b1;
      o_rsp_cause <= cause;
      o_rsp_pa <= cause == 3'd0 ? base + {16'd0, i_req_va} : 48'd0;
    end else if (i_rsp_ready)
      o_rsp_valid <= 1'b0;

    o_bus_error <= 1'b0;
    if (i_bus_write)
      case (i_bus_addr)
        8'h00: base <= i_bus_wdata[47:0];
        8'h08: begin
          limit <= i_bus_wdata[31:0];
          hits <= hits + 8'd1;
        end
        8'h10: control <= i_bus_wdata[1:0];
        default: o_bus_error <= 1'b1;
      endcase
    if (i_bus_read) begin
      o_bus_rdata <= 64'd0;
      case (i_bus_addr)
        8'h00: o_bus_rdata <= {16'd0, base};
        8'h08: o_bus_rdata <= {32'd0, limit};
        8'h10: o_bus_rdata <= {62'd0, control};
        8'h18: begin
          o_bus_rdata <= {56'd0, hits};
          hits <= 8'd0;
        end
        default: o_bus_error <= 1'b1;
      endcase
    end
    if (rst) begin
      o_rsp_valid <= 1'b0;
      o_bus_error <= 1'b0;
      base <= 48'd0;
      limit <= 32'd0;
      control <= 2'd0;
      hits <= 8'd0;
    end
  end
endmodule
