/* The trace in C: what bench/ measures Cairn's kernel against.
 *
 * The same two algorithms as cairn.trace.kernel, from the same columns in to the same columns out,
 * with the same judging and the same sums held at the end, so that the difference is the
 * compiler's. Written for speed and to be read; used by nothing else. Tables are dense, accounts x
 * (grants + 1) cells: enough for the bench, where the kernel has more cases to think of.
 *
 * The last grant, number `grants`, is unexplained money.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIVE, MOVE, SEND, CONFIRM, VOID, SPEND, REVERSE };
enum { NONE = -1 };
enum { AHEAD = 16 }; /* movements; 8 to 32 do alike */

#define INLINE static inline __attribute__((always_inline))

typedef struct {
    int64_t count;
    int32_t accounts, grants;
    const uint8_t *kind;
    const int32_t *source, *target;
    const int64_t *amount;
    const int32_t *grant;
    const int64_t *of;
} Movements;

/* Rows of movement i are offsets[i] .. offsets[i + 1]. The caller keeps it from run to run: pages
 * once touched stay, and first touch costs more than the work. */
typedef struct {
    int64_t *offsets;
    int32_t *grant;
    int64_t *amount;
    bool *breach;
    int64_t rows, capacity;
} Rows;

/* What stands where at the end, sorted by account, grant, in_transit. */
typedef struct {
    int32_t *account, *grant;
    int64_t *amount;
    bool *in_transit;
    int64_t rows;
} Stands;

typedef struct {
    int64_t balance;
    int32_t next, previous; /* grants, in the account's order of pools; only while non-empty */
} Pool;

typedef struct { int32_t head, tail; } Ends;

/* A lot stands in two lists: its account's, and that of its account and grant. Named money is taken
 * from the second list, which leaves an empty lot in the first for the account to pass over. Taken
 * from the account's head, a lot is its grant's oldest too, so neither list need point back. */
typedef struct {
    int64_t amount;
    int32_t grant, next, next_of_grant;
} Lot;

typedef struct {
    Lot *lots;
    int32_t free, used, capacity;
} Store;

/* Where money is during a run. */
typedef struct {
    int64_t cells; /* of one account: grants + 1 */
    Ends *accounts;
    Pool *pools;        /* grant-fifo: by cell */
    Ends *grants;       /* fifo: a list per cell */
    Store store;        /* fifo */
    int64_t *delivered; /* of each send */
    int64_t *coming;    /* in transit at the end, by cell it is on its way to */
} Standing;

typedef struct {
    Rows rows;
    Stands stands;
    bool *reversed;
    int64_t *totals; /* received, standing, in transit, spent, breach: grants + 1 of each */
    Standing kept;
} Trace;

enum { RECEIVED, STANDING, IN_TRANSIT, SPENT, BREACH, TOTALS };

static void *must(void *memory)
{
    if (!memory) abort();
    return memory;
}

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static __attribute__((noinline)) Rows grown(Rows rows, int64_t capacity)
{
    rows.capacity = capacity;
    rows.grant = must(realloc(rows.grant, capacity * sizeof *rows.grant));
    rows.amount = must(realloc(rows.amount, capacity * sizeof *rows.amount));
    rows.breach = must(realloc(rows.breach, capacity * sizeof *rows.breach));
    return rows;
}

/* Write a row, or add to the one before when that is of the same movement, grant and breach. */
INLINE void attribute(Rows *rows, int64_t first, int32_t grant, int64_t amount, bool breach)
{
    int64_t last = rows->rows - 1;
    if (last >= first && rows->grant[last] == grant && rows->breach[last] == breach) {
        rows->amount[last] += amount;
        return;
    }
    if (rows->rows == rows->capacity) *rows = grown(*rows, 2 * rows->capacity);
    rows->grant[rows->rows] = grant;
    rows->amount[rows->rows] = amount;
    rows->breach[rows->rows] = breach;
    rows->rows++;
}

/* Judge what refers to others, and mark what is reversed: it never happened. Answers 0, or 1 + the
 * place of the first movement that cannot be. */
static int64_t judge(const Movements *m, bool *gone)
{
    const uint8_t *kind = m->kind;
    for (int64_t i = 0; i < m->count; i++) {
        if (kind[i] != CONFIRM && kind[i] != VOID && kind[i] != REVERSE) continue;
        int64_t of = m->of[i];
        if (of < 0 || of >= i || gone[of]) return i + 1;
        if (kind[i] != REVERSE) {
            if (kind[of] != SEND) return i + 1;
            continue;
        }
        if (kind[of] == REVERSE) return i + 1;
        if ((kind[of] == CONFIRM || kind[of] == VOID) && gone[m->of[of]]) return i + 1;
        gone[of] = true;
    }
    return 0;
}

/* ---- grant-fifo: a pool per (account, grant), in the order in which each became non-empty ---- */

INLINE void pool_arrives(Pool *pools, Ends *ends, int32_t grant, int64_t amount)
{
    Pool *pool = &pools[grant];
    if (pool->balance == 0) {
        pool->next = NONE;
        pool->previous = ends->tail;
        if (ends->tail == NONE) ends->head = grant;
        else pools[ends->tail].next = grant;
        ends->tail = grant;
    }
    pool->balance += amount;
}

INLINE void pool_empties(Pool *pools, Ends *ends, const Pool *pool)
{
    if (pool->previous == NONE) ends->head = pool->next;
    else pools[pool->previous].next = pool->next;
    if (pool->next == NONE) ends->tail = pool->previous;
    else pools[pool->next].previous = pool->previous;
}

INLINE void pools_pay(Pool *pools, Ends *ends, int32_t unexplained, int32_t named,
                             int64_t left, Rows *rows)
{
    int64_t first = rows->rows;
    if (named != NONE) {
        Pool *pool = &pools[named];
        int64_t taken = least(pool->balance, left);
        if (taken) {
            attribute(rows, first, named, taken, 0);
            pool->balance -= taken;
            left -= taken;
            if (pool->balance == 0) pool_empties(pools, ends, pool);
        }
    }
    while (left && ends->head != NONE) {
        int32_t grant = ends->head;
        Pool *pool = &pools[grant];
        int64_t taken = least(pool->balance, left);
        attribute(rows, first, grant, taken, named != NONE && grant != unexplained);
        pool->balance -= taken;
        left -= taken;
        if (pool->balance == 0) pool_empties(pools, ends, pool);
    }
    if (left) attribute(rows, first, unexplained, left, 0);
}

/* ---- fifo: lots in the order they arrived ---- */

static __attribute__((noinline)) Store larger(Store store)
{
    store.capacity *= 2;
    store.lots = must(realloc(store.lots, store.capacity * sizeof *store.lots));
    return store;
}

INLINE int32_t new_lot(Store *store)
{
    if (store->free != NONE) {
        int32_t lot = store->free;
        store->free = store->lots[lot].next;
        return lot;
    }
    if (store->used == store->capacity) {
        *store = larger(*store);
    }
    return store->used++;
}

INLINE void lot_arrives(Store *store, Ends *account, Ends *cells, int32_t grant,
                               int64_t amount)
{
    /* Two lots of one grant in a row pay like one. */
    if (account->tail != NONE && store->lots[account->tail].grant == grant
        && store->lots[account->tail].amount) {
        store->lots[account->tail].amount += amount;
        return;
    }
    int32_t lot = new_lot(store);
    Ends *cell = &cells[grant];
    store->lots[lot] = (Lot){amount, grant, NONE, NONE};
    if (account->tail == NONE) account->head = lot;
    else store->lots[account->tail].next = lot;
    account->tail = lot;
    if (cell->head == NONE) cell->head = lot;
    else store->lots[cell->tail].next_of_grant = lot;
    cell->tail = lot;
}

INLINE void lots_pay(Store *store, Ends *account, Ends *cells, int32_t unexplained,
                            int32_t named, int64_t left, Rows *rows)
{
    Lot *lots = store->lots;
    int64_t first = rows->rows;
    if (named != NONE) {
        Ends *cell = &cells[named];
        while (left && cell->head != NONE) {
            Lot *lot = &lots[cell->head];
            int64_t taken = least(lot->amount, left);
            attribute(rows, first, named, taken, 0);
            lot->amount -= taken;
            left -= taken;
            if (lot->amount == 0) cell->head = lot->next_of_grant;
        }
    }
    while (left && account->head != NONE) {
        int32_t head = account->head;
        Lot *lot = &lots[head];
        if (lot->amount) {
            int64_t taken = least(lot->amount, left);
            attribute(rows, first, lot->grant, taken, named != NONE && lot->grant != unexplained);
            lot->amount -= taken;
            left -= taken;
            if (lot->amount) break;
            cells[lot->grant].head = lot->next_of_grant;
        }
        account->head = lot->next;
        if (account->head == NONE) account->tail = NONE;
        lot->next = store->free;
        store->free = head;
    }
    if (left) attribute(rows, first, unexplained, left, 0);
}

/* ---- the run over the movements, compiled once for each policy ---- */

INLINE void arrive(Standing *s, int fifo, int32_t account, int32_t grant, int64_t amount)
{
    if (fifo)
        lot_arrives(&s->store, &s->accounts[account], s->grants + account * s->cells, grant, amount);
    else
        pool_arrives(s->pools + account * s->cells, &s->accounts[account], grant, amount);
}

INLINE void pay(Standing *s, int fifo, int32_t account, int32_t named, int64_t amount, Rows *rows)
{
    int32_t unexplained = s->cells - 1;
    if (fifo)
        lots_pay(&s->store, &s->accounts[account], s->grants + account * s->cells, unexplained,
                 named, amount, rows);
    else
        pools_pay(s->pools + account * s->cells, &s->accounts[account], unexplained, named, amount,
                  rows);
}

/* Deliver `amount` of a send to `account`, beginning after what was delivered before. */
INLINE void deliver(Standing *s, int fifo, int32_t account, const Rows *rows, int64_t row,
                    int64_t before, int64_t amount)
{
    while (before >= rows->amount[row]) before -= rows->amount[row++];
    for (; amount; row++, before = 0) {
        int64_t part = least(rows->amount[row] - before, amount);
        amount -= part;
        arrive(s, fifo, account, rows->grant[row], part);
    }
}

/* Ask the cache for what movement i will touch, while `now` is dealt with: at ten million that saves
 * a seventh of the time. Fifo gained nothing by it. */
INLINE void expect(const Movements *m, const Rows *rows, const Standing *s, int64_t i, int64_t now)
{
    int64_t send = m->of[i];
    int32_t account = m->source[i];
    if (send >= 0) {
        __builtin_prefetch(&s->delivered[send]);
        __builtin_prefetch(&m->amount[send]);
        __builtin_prefetch(&m->target[send]);
        if (send >= now) return; /* it has no rows yet */
        __builtin_prefetch(&rows->amount[rows->offsets[send]]);
        __builtin_prefetch(&rows->grant[rows->offsets[send]]);
    } else if (account != NONE) {
        int32_t first = m->grant[i] != NONE ? m->grant[i] : s->accounts[account].head;
        __builtin_prefetch(&s->pools[account * s->cells + first]);
    }
}

/* Attribute every movement. Answers 0, or 1 + the place of a movement that cannot be: confirming
 * more than is in transit, or voiding nothing. */
INLINE int64_t run(const Movements *movements, Trace *trace, Standing *standing, int fifo)
{
    /* Copies, so that the compiler keeps them in registers: through the pointers, each write of a
     * row might change them. */
    Movements m = *movements;
    Rows rows = trace->rows;
    Standing s = *standing;
    bool *gone = trace->reversed;
    int64_t *delivered = s.delivered;
    int64_t *offsets = rows.offsets;
    int64_t bad = 0;

    rows.rows = 0;
    for (int64_t i = 0; i < m.count && !bad; i++) {
        if (!fifo && i + AHEAD < m.count) expect(&m, &rows, &s, i + AHEAD, i);
        offsets[i] = rows.rows;
        if (gone[i]) continue;
        int64_t amount = m.amount[i];
        int64_t send = m.of[i];
        switch (m.kind[i]) {
        case RECEIVE:
            attribute(&rows, rows.rows, m.grant[i], amount, 0);
            arrive(&s, fifo, m.target[i], m.grant[i], amount);
            break;
        case MOVE:
            pay(&s, fifo, m.source[i], m.grant[i], amount, &rows);
            for (int64_t row = offsets[i]; row < rows.rows; row++)
                arrive(&s, fifo, m.target[i], rows.grant[row], rows.amount[row]);
            break;
        case SEND:
            delivered[i] = 0;
            /* fall through */
        case SPEND:
            pay(&s, fifo, m.source[i], m.grant[i], amount, &rows);
            break;
        case CONFIRM:
            gone[i] = gone[send];
            if (gone[i]) break;
            if (amount > m.amount[send] - delivered[send]) bad = i + 1;
            else deliver(&s, fifo, m.target[send], &rows, offsets[send], delivered[send], amount);
            delivered[send] += amount;
            break;
        case VOID:
            gone[i] = gone[send];
            if (gone[i]) break;
            amount = m.amount[send] - delivered[send];
            if (!amount) bad = i + 1;
            else deliver(&s, fifo, m.source[send], &rows, offsets[send], delivered[send], amount);
            delivered[send] += amount;
            break;
        }
    }
    offsets[m.count] = rows.rows;
    trace->rows = rows;
    *standing = s;
    return bad;
}

/* ---- the sums at the end ---- */

/* What is on its way to each cell, the totals of rows, and whether each movement's rows sum to it.
 * Answers 0, or 1 + the place of one whose do not. */
static int64_t add_up(const Movements *m, const Trace *trace, const Standing *s)
{
    int64_t cells = s->cells, *delivered = s->delivered, *coming = s->coming;
    const Rows *rows = &trace->rows;
    int64_t *received = trace->totals + RECEIVED * cells;
    int64_t *spent = trace->totals + SPENT * cells;
    int64_t *breach = trace->totals + BREACH * cells;
    for (int64_t i = 0; i < m->count; i++) {
        int64_t sum = 0;
        int kind = m->kind[i];
        for (int64_t row = rows->offsets[i]; row < rows->offsets[i + 1]; row++) {
            int64_t amount = rows->amount[row];
            int32_t grant = rows->grant[row];
            sum += amount;
            if (kind == SPEND) {
                spent[grant] += amount;
                breach[grant] += rows->breach[row] ? amount : 0;
            } else if (kind == RECEIVE) {
                received[grant] += amount;
            } else if (kind == SEND && sum > delivered[i]) {
                coming[m->target[i] * cells + grant] += least(amount, sum - delivered[i]);
            }
        }
        if (rows->offsets[i + 1] > rows->offsets[i] && sum != m->amount[i]) return i + 1;
    }
    return 0;
}

/* List what stands and what is coming, account by account; pools hold it, lots are added up. Leaves
 * every table as the next run needs it, which costs less than setting all of it then. */
static void list(const Movements *m, Trace *trace, const Standing *s, int fifo)
{
    Stands stands = trace->stands;
    int64_t cells = s->cells, *totals = trace->totals;
    int64_t *here = must(calloc(cells, sizeof *here));
    stands.rows = 0;
    for (int32_t account = 0; account < m->accounts; account++) {
        Pool *pools = s->pools + account * cells;
        int64_t *coming = s->coming + account * cells;
        if (fifo)
            for (int32_t at = s->accounts[account].head; at != NONE; at = s->store.lots[at].next) {
                const Lot *lot = &s->store.lots[at];
                here[lot->grant] += lot->amount;
                s->grants[account * cells + lot->grant].head = NONE;
            }
        for (int32_t grant = 0; grant < cells; grant++) {
            int64_t amounts[] = {fifo ? here[grant] : pools[grant].balance, coming[grant]};
            if (!(amounts[0] | amounts[1])) continue; /* most cells */
            if (fifo) here[grant] = 0;
            else pools[grant].balance = 0;
            coming[grant] = 0;
            for (int in_transit = 0; in_transit < 2; in_transit++) {
                if (!amounts[in_transit]) continue;
                stands.account[stands.rows] = account;
                stands.grant[stands.rows] = grant;
                stands.amount[stands.rows] = amounts[in_transit];
                stands.in_transit[stands.rows++] = in_transit;
                totals[(in_transit ? IN_TRANSIT : STANDING) * cells + grant] += amounts[in_transit];
            }
        }
        s->accounts[account] = (Ends){NONE, NONE};
    }
    trace->stands = stands;
    free(here);
}

/* Received is what stands, is in transit and was spent; of unexplained money that is what arose. */
static bool holds(const Trace *trace, int64_t cells)
{
    int64_t *totals = trace->totals;
    for (int64_t grant = 0; grant < cells; grant++) {
        int64_t accounted = totals[STANDING * cells + grant] + totals[IN_TRANSIT * cells + grant]
                            + totals[SPENT * cells + grant];
        if (grant == cells - 1) totals[RECEIVED * cells + grant] = accounted;
        if (totals[RECEIVED * cells + grant] != accounted) return false;
    }
    return true;
}

/* ---- in and out ---- */

enum { ZERO = 0, ALL_NONE = 0xff };

/* Memory of the run before, or new, with every byte set. */
static void *kept(void *memory, int64_t bytes, int byte)
{
    return memset(memory ? memory : must(malloc(bytes)), byte, bytes);
}

static Standing begin(const Movements *m, Trace *trace, int fifo)
{
    Standing s = trace->kept;
    s.cells = m->grants + 1;
    int64_t count = m->accounts * s.cells, most = 2 * count;
    if (!trace->rows.offsets) {
        trace->rows.offsets = must(malloc((m->count + 1) * sizeof *trace->rows.offsets));
        trace->rows = grown(trace->rows, 2 * m->count + 16);
        trace->stands.account = must(malloc(most * sizeof *trace->stands.account));
        trace->stands.grant = must(malloc(most * sizeof *trace->stands.grant));
        trace->stands.amount = must(malloc(most * sizeof *trace->stands.amount));
        trace->stands.in_transit = must(malloc(most));
        s.store.lots = must(malloc((1 << 16) * sizeof *s.store.lots));
        s.store.capacity = 1 << 16;
    }
    trace->reversed = kept(trace->reversed, m->count, ZERO);
    trace->totals = kept(trace->totals, TOTALS * s.cells * sizeof *trace->totals, ZERO);
    if (!s.accounts) {
        s.accounts = kept(NULL, m->accounts * sizeof *s.accounts, ALL_NONE);
        s.coming = must(calloc(count, sizeof *s.coming));
        s.delivered = must(malloc(m->count * sizeof *s.delivered));
    }
    if (fifo && !s.grants) s.grants = kept(NULL, count * sizeof *s.grants, ALL_NONE);
    if (!fifo && !s.pools) s.pools = must(calloc(count, sizeof *s.pools));
    s.store.free = NONE;
    s.store.used = 0;
    return s;
}

/* Answers 0; 1 + the place of a movement that cannot be; or -1 when the sums do not hold. After
 * anything but 0, `forget` before the next run: tables are as they were left. */
INLINE int64_t traced(const Movements *m, Trace *trace, int fifo)
{
    Standing s = begin(m, trace, fifo);
    int64_t bad = judge(m, trace->reversed);
    if (!bad) bad = run(m, trace, &s, fifo);
    if (!bad) bad = add_up(m, trace, &s);
    if (!bad) list(m, trace, &s, fifo);
    if (!bad && !holds(trace, s.cells)) bad = -1;
    trace->kept = s;
    return bad;
}

int64_t trace_grant_fifo(const Movements *m, Trace *trace) { return traced(m, trace, 0); }

int64_t trace_fifo(const Movements *m, Trace *trace) { return traced(m, trace, 1); }

void forget(Trace *trace)
{
    free(trace->rows.offsets);
    free(trace->rows.grant);
    free(trace->rows.amount);
    free(trace->rows.breach);
    free(trace->stands.account);
    free(trace->stands.grant);
    free(trace->stands.amount);
    free(trace->stands.in_transit);
    free(trace->reversed);
    free(trace->totals);
    free(trace->kept.accounts);
    free(trace->kept.pools);
    free(trace->kept.grants);
    free(trace->kept.store.lots);
    free(trace->kept.delivered);
    free(trace->kept.coming);
    *trace = (Trace){0};
}
