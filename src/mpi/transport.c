/* The transport of base/ranks.h on MPI: the whole of the plugin libhysteron_mpi.so, the only part that is linked
 * with MPI.  It knows nothing of the library but this table.  Only the thread that opened it calls MPI. */
#include "base/ranks.h"
#include <assert.h>
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PIECE ((size_t)1 << 30) /* bytes of one broadcast: MPI counts by int */

typedef struct mpi_state {
    MPI_Comm comm;
    MPI_Request sending; /* of send_start */
    bool is_ours;        /* MPI was started here, and is ended here */
} mpi_state;

static_assert(sizeof(mpi_state) <= sizeof((hys__transport *)0)->state, "the state lies inside the table");

static mpi_state *state_of(hys__transport *t) {
    return (mpi_state *)(void *)t->state;
}

/* ---- waiting ---- */

/* MPI's own waiting would keep a processor busy that the workers could use: soon asleep, never longer than 1 ms. */
static void rest(unsigned n_tries) {
    if (n_tries < 100) return;
    if (n_tries < 300) {
        sched_yield();
        return;
    }
    long ns = n_tries < 1000 ? 50000 : 1000000;
    nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

static int finish(hys__transport *t, MPI_Request *request) {
    for (unsigned n = 0;; n += n < UINT_MAX) {
        int is_done = 0;
        if (MPI_Test(request, &is_done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return -1;
        if (is_done) return 0;
        rest(n);
        if (n > 1000 && t->is_given_up && t->is_given_up(t->user)) return -1;
    }
}

static MPI_Comm comm_of(hys__transport *t) {
    return state_of(t)->comm;
}

/* ---- collective ---- */

static int barrier(hys__transport *t) {
    MPI_Request request;
    return MPI_Ibarrier(comm_of(t), &request) == MPI_SUCCESS ? finish(t, &request) : -1;
}

static int bcast(hys__transport *t, int32_t root, void *data, size_t n) {
    for (size_t at = 0; at < n; at += PIECE) {
        MPI_Request request;
        size_t piece = n - at < PIECE ? n - at : PIECE;
        if (MPI_Ibcast((char *)data + at, (int)piece, MPI_BYTE, root, comm_of(t), &request) != MPI_SUCCESS) return -1;
        if (finish(t, &request) != 0) return -1;
    }
    return 0;
}

static size_t total_of(const hys__transport *t, const size_t *sizes) {
    size_t total = 0;
    for (int32_t r = 0; r < t->size; r++) total += sizes[r];
    return total;
}

/* More than MPI can count: each rank's part by a broadcast. */
static int allgather_large(hys__transport *t, const void *mine, char *all, const size_t *sizes) {
    for (int32_t r = 0; r < t->size; all += sizes[r], r++) {
        if (r == t->rank && sizes[r]) memcpy(all, mine, sizes[r]);
        if (bcast(t, r, all, sizes[r]) != 0) return -1;
    }
    return 0;
}

static int allgather(hys__transport *t, const void *mine, void *all, const size_t *sizes) {
    int *counts = t->scratch, *places = counts + t->size;
    MPI_Request request;
    if (total_of(t, sizes) > INT_MAX) return allgather_large(t, mine, all, sizes);
    for (int32_t r = 0, place = 0; r < t->size; place += counts[r], r++) {
        counts[r] = (int)sizes[r];
        places[r] = place;
    }
    if (MPI_Iallgatherv(mine, counts[t->rank], MPI_BYTE, all, counts, places, MPI_BYTE, comm_of(t), &request) !=
        MPI_SUCCESS)
        return -1;
    return finish(t, &request);
}

/* ---- from rank to rank, in words of 8 bytes: up to 16 GiB ---- */

static bool is_sendable(size_t n) {
    return n % 8 == 0 && n / 8 <= INT_MAX;
}

static int send(hys__transport *t, int32_t to, int32_t tag, const void *data, size_t n) {
    MPI_Request request;
    if (!is_sendable(n)) return -1;
    if (MPI_Isend(data, (int)(n / 8), MPI_UINT64_T, to, tag, comm_of(t), &request) != MPI_SUCCESS) return -1;
    return finish(t, &request);
}

static int send_start(hys__transport *t, int32_t to, int32_t tag, const void *data, size_t n) {
    mpi_state *s = state_of(t);
    if (!is_sendable(n) || s->sending != MPI_REQUEST_NULL) return -1;
    return MPI_Issend(data, (int)(n / 8), MPI_UINT64_T, to, tag, s->comm, &s->sending) == MPI_SUCCESS ? 0 : -1;
}

static int send_test(hys__transport *t, bool *is_done) {
    mpi_state *s = state_of(t);
    int flag = 0;
    if (MPI_Test(&s->sending, &flag, MPI_STATUS_IGNORE) != MPI_SUCCESS) return -1;
    *is_done = flag;
    return 0;
}

static int probe(hys__transport *t, int32_t *from, int32_t tag, size_t *n, bool *is_there) {
    int flag = 0, count = 0;
    MPI_Status status;
    int source = *from == HYS__ANY_RANK ? MPI_ANY_SOURCE : *from;
    if (MPI_Iprobe(source, tag, comm_of(t), &flag, &status) != MPI_SUCCESS) return -1;
    *is_there = flag;
    if (!flag) return 0;
    if (MPI_Get_count(&status, MPI_UINT64_T, &count) != MPI_SUCCESS || count < 0) return -1;
    *from = status.MPI_SOURCE;
    *n = (size_t)count * 8;
    return 0;
}

static int receive(hys__transport *t, int32_t from, int32_t tag, void *data, size_t n) {
    MPI_Request request;
    if (!is_sendable(n)) return -1;
    if (MPI_Irecv(data, (int)(n / 8), MPI_UINT64_T, from, tag, comm_of(t), &request) != MPI_SUCCESS) return -1;
    return finish(t, &request);
}

/* ---- begin and end ---- */

static void end_all(hys__transport *t, int status) {
    MPI_Abort(comm_of(t), status);
}

/* After a failure MPI would wait for ranks that are gone: it is left as it is. */
static void close_mpi(hys__transport *t, bool is_broken) {
    mpi_state *s = state_of(t);
    if (is_broken) return;
    MPI_Comm_free(&s->comm);
    if (s->is_ours) MPI_Finalize();
}

/* A processor that k ranks of this machine may use counts 1/k for each of them. */
static int32_t share_of_cpus(MPI_Comm node) {
    cpu_set_t mine, sets[256];
    int n = 0;
    double share = 0;
    CPU_ZERO(&mine);
    MPI_Comm_size(node, &n);
    if (n > 256 || sched_getaffinity(0, sizeof mine, &mine) != 0) return 1;
    if (MPI_Allgather(&mine, sizeof mine, MPI_BYTE, sets, sizeof mine, MPI_BYTE, node) != MPI_SUCCESS) return 1;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        int n_users = 0;
        for (int r = 0; r < n; r++) n_users += CPU_ISSET(cpu, &sets[r]) != 0;
        if (CPU_ISSET(cpu, &mine)) share += 1.0 / n_users;
    }
    return share < 1 ? 1 : (int32_t)(share + 1e-9);
}

static int32_t count_cpus(MPI_Comm comm) {
    MPI_Comm node;
    if (MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node) != MPI_SUCCESS) return 1;
    int32_t n = share_of_cpus(node);
    MPI_Comm_free(&node);
    return n;
}

static int start(mpi_state *s, char *why, size_t n) {
    int is_started = 0, is_ended = 0, level = 0;
    MPI_Initialized(&is_started);
    MPI_Finalized(&is_ended);
    if (is_ended) {
        snprintf(why, n, "it was ended in this process, and cannot be started again");
        return -1;
    }
    s->is_ours = !is_started;
    s->sending = MPI_REQUEST_NULL;
    if (!is_started && MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS) {
        snprintf(why, n, "MPI_Init_thread fails");
        return -1;
    }
    if (MPI_Comm_dup(MPI_COMM_WORLD, &s->comm) != MPI_SUCCESS) {
        snprintf(why, n, "MPI_Comm_dup fails");
        return -1;
    }
    return MPI_Comm_set_errhandler(s->comm, MPI_ERRORS_RETURN) == MPI_SUCCESS ? 0 : -1;
}

__attribute__((visibility("default"))) hys__transport_open hys_transport_open;

int hys_transport_open(hys__transport *t, char *why, size_t n) {
    if (t->abi != HYS__TRANSPORT_ABI) {
        snprintf(why, n, "the plugin belongs to another version of hysteron");
        return -1;
    }
    int rank = 0, size = 1, length = 0;
    char host[MPI_MAX_PROCESSOR_NAME] = "";
    if (start(state_of(t), why, n) != 0) return -1;
    MPI_Comm_rank(comm_of(t), &rank);
    MPI_Comm_size(comm_of(t), &size);
    MPI_Get_processor_name(host, &length);
    snprintf(t->host, sizeof t->host, "%.*s", (int)sizeof t->host - 1, host);
    t->rank = rank;
    t->size = size;
    t->n_cpus = count_cpus(comm_of(t));
    t->barrier = barrier;
    t->bcast = bcast;
    t->allgather = allgather;
    t->send = send;
    t->send_start = send_start;
    t->send_test = send_test;
    t->probe = probe;
    t->receive = receive;
    t->abort = end_all;
    t->close = close_mpi;
    return 0;
}
