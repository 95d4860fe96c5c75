// The batch bench: runs a stream of transactions on the model that cocotb's main program made.
//
// Compiled in one unit with the verilated model and cocotb's `verilator.cpp`. "bench_config.h" is
// generated from the unit's manifest and says which ports there are. The rules of driving and of
// checking are those of tb/interactive.py, cycle by cycle: the same stream takes the same cycles.

#include <cstdint>
#include <cstring>

#include "bench_config.h"

namespace isoform {

// Layouts of gen/ir/transaction.py.
struct Transaction {
    uint8_t kind, stall;
    uint16_t size;
    uint32_t access, offset, epoch;
    uint64_t va, data[2];
};
struct Result {
    uint64_t value[2];
    uint8_t cause, error;
};
static_assert(sizeof(Transaction) == 40 && sizeof(Result) == 24, "layouts shared with NumPy");

enum Kind : uint8_t { TRANSLATE, WRITE, READ, RESET, STORE };

// Codes of tb/batch.py: what can be wrong besides a value.
enum Violation : uint32_t {
    NONE, SPURIOUS, MISSING, RETRACTED, UNSTABLE, REFUSED, HANG, BUS_ERROR_IDLE, MEMORY_UNSTABLE,
    OVERFULL
};

struct Status {
    uint64_t cycles;
    uint64_t done;       // transactions whose results are valid, from the first
    uint64_t index;      // transaction that the violation belongs to
    uint32_t violation;
    uint32_t reserved;
};

template <typename Port>
static inline void put(Port& port, uint64_t low, uint64_t high) {
    if constexpr (std::is_integral_v<Port>) {
        port = static_cast<Port>(low);
    } else {
        const uint64_t words[2] = {low, high};
        for (size_t i = 0; i < sizeof(Port) / 4; i++)
            port[i] = i < 4 ? static_cast<uint32_t>(words[i / 2] >> (32 * (i % 2))) : 0;
    }
}

template <typename Port>
static inline void get(const Port& port, uint64_t* words) {
    if constexpr (std::is_integral_v<Port>) {
        words[0] = port;
        words[1] = 0;
    } else {
        words[0] = words[1] = 0;
        for (size_t i = 0; i < sizeof(Port) / 4 && i < 4; i++)
            words[i / 2] |= static_cast<uint64_t>(port[i]) << (32 * (i % 2));
    }
}

static inline uint64_t mask(unsigned width) {
    return width >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << width) - 1;
}

static inline uint64_t mask_high(unsigned width) { return width <= 64 ? 0 : mask(width - 64); }

static constexpr uint64_t NOBODY = ~UINT64_C(0);

// The requests that have been driven and not yet answered, oldest first.
struct Outstanding {
    static constexpr unsigned CAPACITY = 4;
    uint64_t index[CAPACITY];
    unsigned head = 0, count = 0;
    bool full() const { return count == CAPACITY; }
    uint64_t oldest() const { return index[head]; }
    void push(uint64_t value) { index[(head + count++) % CAPACITY] = value; }
    void pop() { head = (head + 1) % CAPACITY, count--; }
};

// One pair of streams: its pins, and what is on its way through the unit.
struct Stream {
    Pins pin;
    Outstanding waiting;         // driven, not answered
    unsigned accepted = 0;       // of those, the ones the unit took
    uint64_t request = NOBODY;   // being driven
    bool ready = true;           // the response is being taken, if there is one
    bool stages[LATENCY ? LATENCY : 1] = {};  // occupied, from the request on
    unsigned hold = 0;           // cycles the oldest response still has to wait
    bool held = false;           // a response was valid and not taken in the last cycle
    uint64_t held_pa[2] = {0, 0};
    uint8_t held_cause = 0;

    // Whether a response must be there; `asking` is this cycle's request.
    bool due(bool asking) const { return LATENCY ? stages[LATENCY ? LATENCY - 1 : 0] : asking; }

    // Whether a request must be taken: a stage is empty, or the last one becomes so.
    bool room() const {
        bool free = ready;
        for (unsigned i = 0; i < LATENCY; i++) free |= !stages[i];
        return free;
    }

    // A clock edge: each stage passes on what the next one has room for.
    void edge(bool taken) {
        bool moves = ready;
        for (unsigned i = LATENCY; i-- > 0;) {
            moves |= !stages[i];
            if (moves) stages[i] = i ? stages[i - 1] : taken;
        }
    }
};

class Bench {
  public:
    Bench(Vtop* dut, const Transaction* stream, Result* results, uint64_t n, uint8_t* memory,
          Status* status)
        : top(dut), tx(stream), out(results), n(n), memory(memory), status(status) {
        for (unsigned k = 0; k < PORTS; k++) streams[k].pin = pins(dut, k);
    }

    void run() {
        reset();
        if (n) idle = tx[0].stall & 15;
        while (!finished() && !status->violation) {
            drive();
            settle();
            sample();
            edge();
        }
        status->cycles = cycle;
        status->done = first_open();
    }

  private:
    static constexpr uint64_t PATIENCE = 1024;  // cycles without progress that count as a hang

    Vtop* const top;
    const Transaction* const tx;
    Result* const out;
    const uint64_t n;
    uint8_t* const memory;
    Status* const status;

    uint64_t cycle = 0, progress = 0;
    uint64_t next = 0;           // next transaction to start
    unsigned idle = 0;           // cycles to wait before it
    Stream streams[PORTS];
    uint64_t bus = NOBODY, bus_before = NOBODY;  // access of this cycle, of the last
    // The memory: one load at a time.
    bool loading = false;
    unsigned load_wait = 0, accept_wait = 0, loads = 0;
    uint64_t load_address = 0;
    bool asked = false;

    bool finished() const {
        return next == n && !outstanding() && bus == NOBODY && bus_before == NOBODY;
    }

    // Requests that have been driven and not yet answered.
    unsigned outstanding() const {
        unsigned found = 0;
        for (const Stream& s : streams) found += s.waiting.count;
        return found;
    }

    bool asking() const {
        for (const Stream& s : streams)
            if (s.request != NOBODY) return true;
        return false;
    }

    uint64_t first_open() const {
        uint64_t open = next;
        for (const Stream& s : streams)
            if (s.waiting.count && s.waiting.oldest() < open) open = s.waiting.oldest();
        if (bus_before != NOBODY && bus_before < open) open = bus_before;
        return open;
    }

    void fault(Violation violation, uint64_t index) {
        if (status->violation) return;
        status->violation = violation;
        status->index = index < n ? index : n - 1;
    }

    uint64_t blame(const Stream& s) const {
        return s.waiting.count ? s.waiting.oldest() : next ? next - 1 : 0;
    }

    uint64_t blame() const { return outstanding() ? first_open() : next ? next - 1 : 0; }

    void settle() {
        top->clk = 0;
        top->eval();
    }

    void edge() {
        top->clk = 1;
        top->eval();
        cycle++;
        if (cycle - progress > PATIENCE) fault(HANG, blame());
    }

    void quiet() {
        top->rst = 0;
        for (Stream& s : streams) *s.pin.req_valid = 0;
#if HAS_BUS
        top->i_bus_read = 0;
        top->i_bus_write = 0;
#endif
    }

    void reset() {
        drive_parameters(top);
        quiet();
        for (Stream& s : streams) *s.pin.rsp_ready = 1;
#if HAS_MEMORY
        top->i_mem_ready = 0;
        top->i_mem_rsp_valid = 0;
#endif
        settle();  // Verilator takes the first clk=1 for an edge only after an eval with clk=0
        top->rst = 1;
        settle();
        top->clk = 1;
        top->eval();
        top->rst = 0;
    }

    void advance() {
        next++;
        idle = next < n ? tx[next].stall & 15 : 0;
        progress = cycle;
    }

    void drive() {
        quiet();
        bus_before = bus;
        bus = NOBODY;
        start();
        for (Stream& s : streams) {
            *s.pin.req_valid = s.request != NOBODY;
            s.ready = s.waiting.count == 0 || s.hold == 0;
            *s.pin.rsp_ready = s.ready;
        }
#if HAS_BUS && !HAS_MEMORY
        // A write in the cycle that takes a request must not be seen by it.
        if (next < n && idle == 0 && (tx[next].kind == WRITE || tx[next].kind == READ) &&
            asking() && all_taken() && bus == NOBODY)
            access_bus();
#endif
#if HAS_MEMORY
        drive_memory();
#endif
    }

    // Every request of this cycle is taken in it.
    bool all_taken() const {
        for (const Stream& s : streams)
            if (s.request != NOBODY && !s.room()) return false;
        return true;
    }

    // Starts what can start in this cycle: requests, one a port, or one of the others.
    void start() {
        bool begun = false;  // idle cycles are for the first of them
        while (next < n) {
            if (idle) {
                if (begun || asking()) return;
                idle--;
                progress = cycle;
                return;
            }
            const Transaction& t = tx[next];
            if (t.kind == TRANSLATE) {
                Stream& s = streams[port_of(t)];
                if (s.request != NOBODY || s.waiting.full()) return;
                drive_request(s, t);
                begun = true;
                continue;
            }
            if (asking()) return;
            if (t.kind == WRITE || t.kind == READ) {
                if (!HAS_MEMORY || !outstanding()) access_bus();
                return;
            }
            if (outstanding()) return;  // RESET and STORE wait for the answers
            if (t.kind == STORE) {
                store(t);
                clear(next);
                advance();
                continue;
            }
            top->rst = 1;
            clear(next);
            advance();
            return;
        }
    }

    // The port of a request follows from it alone, so that a part replayed takes the same ones.
    // tb/ports.py has the same rule.
    static unsigned port_of(const Transaction& t) {
        const uint64_t mixed = (t.va ^ t.va >> 17 ^ t.access ^ t.stall) * UINT64_C(0x9E3779B97F4A7C15);
        return static_cast<unsigned>((mixed >> 40) % PORTS);
    }

    void clear(uint64_t index) { std::memset(&out[index], 0, sizeof(Result)); }

    void drive_request(Stream& s, const Transaction& t) {
        s.request = next;
        put(*s.pin.req_va, t.va & mask(VA_WIDTH), 0);
        put(*s.pin.req_access, t.access & mask(ACCESS_WIDTH), 0);
        if (s.waiting.count == 0) s.hold = t.stall >> 4;
        s.waiting.push(next);
#if HAS_MEMORY
        loads = 0;
#endif
        advance();
    }

    void access_bus() {
#if HAS_BUS
        const Transaction& t = tx[next];
        put(top->i_bus_addr, t.offset & mask(BUS_ADDRESS_WIDTH), 0);
        if (t.kind == WRITE) {
            top->i_bus_write = 1;
            put(top->i_bus_wdata, t.data[0] & mask(BUS_DATA_WIDTH),
                t.data[1] & mask_high(BUS_DATA_WIDTH));
        } else {
            top->i_bus_read = 1;
        }
        bus = next;
        clear(next);
#else
        out[next] = {{0, 0}, 0, 1};  // a unit without registers refuses every access
#endif
        advance();
    }

    void sample() {
        for (Stream& s : streams) sample_stream(s);
        sample_bus();
#if HAS_MEMORY
        sample_memory();
#endif
    }

    void sample_stream(Stream& s) {
        const unsigned open = s.accepted;  // taken in an earlier cycle, not answered
        const bool asking = s.request != NOBODY;
        const bool taken = asking && *s.pin.req_ready;
        if (!HAS_MEMORY && asking) {
            if (!taken && s.room()) fault(REFUSED, s.request);
            if (taken && !s.room()) fault(OVERFULL, s.request);
        }
        if (taken) {
            s.accepted++;
            s.request = NOBODY;
            progress = cycle;
        }
        check_valid(s, open, asking);
        if (*s.pin.rsp_valid && !status->violation) sample_response(s);
        s.edge(taken);
    }

    void check_valid(Stream& s, unsigned open, bool asking) {
        const bool valid = *s.pin.rsp_valid;
        if (HAS_MEMORY) {
            if (valid && !open) fault(SPURIOUS, blame(s));
            if (!valid && s.held) fault(RETRACTED, blame(s));
            return;
        }
        const bool expected = s.due(asking);
        if (valid && !expected) fault(SPURIOUS, blame(s));
        if (!valid && expected) fault(s.held ? RETRACTED : MISSING, blame(s));
    }

    void sample_response(Stream& s) {
        uint64_t pa[2];
        get(*s.pin.rsp_pa, pa);
        const uint8_t cause = *s.pin.rsp_cause;
        if (s.held && (pa[0] != s.held_pa[0] || pa[1] != s.held_pa[1] || cause != s.held_cause))
            fault(UNSTABLE, s.waiting.oldest());
        if (!s.ready) {
            s.held = true;
            s.held_pa[0] = pa[0], s.held_pa[1] = pa[1], s.held_cause = cause;
            s.hold--;
            progress = cycle;
            return;
        }
        Result& r = out[s.waiting.oldest()];
        r = {{pa[0], pa[1]}, cause, 0};
        s.waiting.pop();
        s.accepted--;
        s.held = false;
        s.hold = s.waiting.count ? tx[s.waiting.oldest()].stall >> 4 : 0;
        progress = cycle;
    }

    void sample_bus() {
#if HAS_BUS
        if (bus_before == NOBODY) {
            if (top->o_bus_error) fault(BUS_ERROR_IDLE, blame());
            return;
        }
        Result& r = out[bus_before];
        r.error = top->o_bus_error;
        get(top->o_bus_rdata, r.value);  // after a write, too: it is 0 then
        bus_before = NOBODY;
#endif
    }

#if HAS_MEMORY
    // Delays follow from the transaction's `stall`, so that a replay sees the same ones.
    unsigned delay(unsigned salt) const {
        const Outstanding& waiting = streams[0].waiting;
        const unsigned stall = waiting.count ? tx[waiting.oldest()].stall : 0;
        return stall ? (stall + (stall >> 4) + 3 * loads + salt) & 3 : 0;
    }

    void drive_memory() {
        top->i_mem_ready = !loading && accept_wait == 0;
        top->i_mem_rsp_valid = 0;
        if (!loading) return;
        if (load_wait) {
            load_wait--;
            return;
        }
        uint64_t words[2] = {0, 0};
        for (unsigned i = 0; i < MEMORY_DATA_WIDTH / 8; i++)
            words[i / 8] |= static_cast<uint64_t>(byte(load_address + i)) << (8 * (i % 8));
        put(top->i_mem_rsp_data, words[0], words[1]);
        top->i_mem_rsp_valid = 1;
        loading = false;
    }

    void sample_memory() {
        if (!top->o_mem_valid) {
            if (asked) fault(MEMORY_UNSTABLE, blame());
            return;
        }
        uint64_t address[2];
        get(top->o_mem_addr, address);
        if (asked && address[0] != load_address) fault(MEMORY_UNSTABLE, blame());
        if (top->i_mem_ready) {
            loading = true;
            asked = false;
            load_address = address[0];
            load_wait = delay(0);
            loads++;
            accept_wait = delay(1) & 1;
            progress = cycle;
        } else if (!loading) {
            asked = true;
            load_address = address[0];
            if (accept_wait) accept_wait--;
        }
    }

    uint8_t byte(uint64_t address) const {
        const uint64_t at = address - WINDOW_BASE;
        return at < WINDOW_SIZE ? memory[at] : 0;
    }
#endif

    void store(const Transaction& t) {
        for (unsigned i = 0; i < t.size && i < 16; i++) {
            const uint64_t at = t.va + i - WINDOW_BASE;
            if (at < WINDOW_SIZE) memory[at] = static_cast<uint8_t>(t.data[i / 8] >> (8 * (i % 8)));
        }
    }
};

}  // namespace isoform

// Runs `n` transactions on the design of this process. `memory` is the window, changed by STOREs.
// Returns 0, or the code of a violation; `status` says the rest.
extern "C" uint32_t isoform_batch(const void* stream, void* results, uint64_t n, uint8_t* memory,
                                  isoform::Status* status) {
    *status = {0, 0, 0, 0, 0};
    isoform::Bench bench(isoform::captured, static_cast<const isoform::Transaction*>(stream),
                         static_cast<isoform::Result*>(results), n, memory, status);
    bench.run();
    return status->violation;
}
