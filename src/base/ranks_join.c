/* Joining the ranks: what the launcher's environment says, and the plugin, which only then is loaded. */
#include "base/clocale.h"
#include "base/ranks_impl.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLUGIN "libhysteron_mpi.so"
#define SINGLE "leave out mpirun or srun, or give --no-mpi to run each process on its own"

/* ---- the environment ---- */

typedef struct launch {
    const char *launcher; /* NULL: none */
    int32_t rank, size;   /* 0 processes: it does not say how many */
} launch;

/* In order of preference: mpirun may run inside a job of Slurm.  A script of sbatch and a shell of salloc have the
 * variables of the job, but not those of a step (SLURM_STEP_*), which only srun starts. */
static const struct {
    const char *launcher, *rank, *size;
} launchers[] = {{"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                 {"mpiexec", "PMI_RANK", "PMI_SIZE"},
                 {"srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS"},
                 {"the launcher", "PMIX_RANK", NULL}};

/* -1: not there, or no number. */
static int32_t number_in(const char *variable) {
    const char *text = variable ? getenv(variable) : NULL;
    char *end = NULL;
    if (!text || *text < '0' || *text > '9') return -1;
    long value = strtol(text, &end, 10);
    return *end || value > INT32_MAX ? -1 : (int32_t)value;
}

static launch find_launch(void) {
    for (size_t k = 0; k < sizeof launchers / sizeof *launchers; k++) {
        int32_t rank = number_in(launchers[k].rank), size = number_in(launchers[k].size);
        if (rank < 0 || (launchers[k].size && size < 1)) continue;
        return (launch){launchers[k].launcher, rank, size < 1 ? 0 : size};
    }
    return (launch){NULL, 0, 1};
}

int32_t hys_ranks_launched_as(void) {
    return find_launch().rank;
}

/* ---- the plugin ---- */

static bool folder_of(char path[PATH_MAX]) {
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
    return slash != NULL;
}

static void *open_in(const char *folder, const char *tail) {
    char path[PATH_MAX + 64];
    hys__c_snprintf(path, sizeof path, "%s/%s" PLUGIN, folder, tail);
    /* GLOBAL: the parts of Open MPI that it loads itself look for its functions in the program. */
    return access(path, R_OK) == 0 ? dlopen(path, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE) : NULL;
}

/* Beside the program (where it was built) or in ../lib/hysteron, beside the library, where it was to be installed. */
static void *open_plugin(void) {
    char program[PATH_MAX], library[PATH_MAX];
    void *plugin = NULL;
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = 0;
    if (folder_of(program)) {
        plugin = open_in(program, "");
        if (!plugin) plugin = open_in(program, "../" HYS_PLUGIN_FOLDER);
    }
    Dl_info info;
    if (!plugin && dladdr(launchers, &info) && info.dli_fname && realpath(info.dli_fname, library) &&
        folder_of(library))
        plugin = open_in(library, "hysteron/");
    return plugin ? plugin : open_in(HYS_INSTALL_PLUGINS, "");
}

/* Why the plugin is not there. */
static const char *why_not(char *text, size_t n) {
    const char *error = dlerror();
    hys__c_snprintf(text, n, "%s", error ? error : PLUGIN " is not installed");
    return text;
}

static hys_status open_transport(hys_ctx *ctx, const launch *from) {
    char why[512] = "";
    hys__transport_open *open = NULL;
    void *plugin = open_plugin();
    void *entry = plugin ? dlsym(plugin, HYS__TRANSPORT_ENTRY) : NULL;
    memcpy(&open, &entry, sizeof open);
    hys__transport *t = &ctx->ranks->transport, made = *t;
    if (!open && from->size == 1) {
        hys__report_at(ctx, HYS_WARNING, HYS_OK, NULL, 0, 0, NULL, "build hysteron where Open MPI is installed",
                       "there is no MPI (%s): this process works alone", why_not(why, sizeof why));
        return HYS_OK;
    }
    if (!open)
        return hys__fail(ctx, HYS_TOOL,
                         "build hysteron where Open MPI is installed (Debian: libopenmpi-dev); or " SINGLE,
                         "%s has started several processes, which cannot join: %s",
                         from->launcher ? from->launcher : "a launcher", why_not(why, sizeof why));
    if (open(&made, why, sizeof why) != 0) return hys__fail(ctx, HYS_TOOL, SINGLE, "MPI does not start: %s", why);
    *t = made;
    t->scratch = hys__realloc(ctx, NULL, 0, 2 * (size_t)t->size * sizeof *t->scratch);
    return t->scratch ? HYS_OK : HYS_NOMEM;
}

/* Processes that a launcher started for another MPI are each alone, and would overwrite each other's files. */
static hys_status check_size(hys_ctx *ctx, const launch *from) {
    const hys__transport *t = &ctx->ranks->transport;
    if (from->size < 2 || t->size == from->size) return HYS_OK;
    return hys__fail(ctx, HYS_TOOL, "start it by the mpirun of the same Open MPI, or by srun --mpi=pmix",
                     "%s has started %d processes, but they have not found each other (MPI counts %d)", from->launcher,
                     (int)from->size, (int)t->size);
}

hys_status hys_ranks_join(hys_ctx *ctx, bool is_asked) {
    launch from = find_launch();
    if (ctx->ranks || (from.size == 1 && !is_asked)) return HYS_OK;
    hys_status status = hys__ranks_new(ctx);
    if (status != HYS_OK) return status;
    ctx->ranks->transport.n_cpus = hys__ctx_n_usable_cpus();
    status = open_transport(ctx, &from);
    if (status == HYS_OK) status = check_size(ctx, &from);
    if (status != HYS_OK) hys__ranks_free(ctx);
    return status;
}
