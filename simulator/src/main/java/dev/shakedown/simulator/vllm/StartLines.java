package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.MemoryFit;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultLines;
import dev.shakedown.simulator.fault.Faults;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What vLLM prints while it starts, in its own line formats, for the shape that is simulated. Ranks
 * fill a node before the next one, as Ray's PACK does; only lines from other nodes than the head
 * name their address, as in Ray's output.
 */
final class StartLines {
    private static final int API_PID = 4000;
    private static final int ENGINE_PID = 4100;
    private static final int WORKER_PID = 5000;
    private static final int SHARDS = 30;
    private static final int GRAPHS = 35;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss");

    private final SimulatedCluster cluster;
    private final SimulatedEngine engine;
    private final List<SimulatedNode> nodes;
    private final String url;
    private final Span span;
    private List<NcclLines.Said> nccl = List.of();
    private final List<Line> lines = new ArrayList<>();

    StartLines(SimulatedCluster cluster, List<SimulatedNode> nodes, String url, Span span) {
        this.cluster = cluster;
        this.engine = cluster.engine();
        this.nodes = nodes;
        this.url = url;
        this.span = span;
    }

    /** With what NCCL says of the network. */
    StartLines with(NcclLines network) {
        nccl = network.all();
        return this;
    }

    /** When the start begins and how long it takes: all times in the log come from it. */
    record Span(Instant began, Duration within) {
        private Instant instant(double at) {
            return began.plusNanos((long) (within.toNanos() * at));
        }

        private String stamp(double at) {
            return STAMP.format(instant(at).atZone(ZoneId.systemDefault()));
        }

        private double seconds(double from, double to) {
            return within.toNanos() / 1e9 * (to - from);
        }
    }

    /**
     * @param at share of the whole start, 0 to 1
     * @param node index of the node whose rank says it
     */
    record Line(double at, String text, Optional<Integer> node) {}

    List<Line> lines(MemoryFit fit) {
        banner();
        ray();
        ranks();
        nccl.forEach(said -> worker(.145, said.gpu(), said.text()));
        switch (fit) {
            case MemoryFit.Refused refused -> failure(.6, 0, List.of(refused.error()));
            case MemoryFit.Fits fits -> success(fits);
        }
        return lines;
    }

    /** The same up to where a fault begins, and what that one leaves. */
    List<Line> lines(MemoryFit fit, Faults.InStart begun, FaultLines texts) {
        lines(fit).removeIf(line -> line.at() >= begun.at());
        if (begun.fails()) {
            List<String> errors = texts.of(begun.fault(), "rank", span.instant(begun.at()));
            failure(begun.at(), texts.faults().rankOf(begun.fault()), errors);
        } else {
            leave(begun.at(), begun.fault(), texts);
        }
        return lines;
    }

    /** What an engine that serves says of itself now. */
    List<Line> statistics(String text) {
        api(0, "loggers.py:335", text);
        return lines;
    }

    /** What a fault leaves in the output of an engine that serves. */
    List<Line> struck(Fault fault, FaultLines texts) {
        leave(0, fault, texts);
        return lines;
    }

    private void leave(double at, Fault fault, FaultLines texts) {
        int rank = texts.faults().rankOf(fault);
        texts.of(fault, "rank", span.instant(at))
                .forEach(text -> worker(at, rank, "multiproc_executor.py:1063", text, "ERROR"));
        texts.of(fault, "engine", span.instant(at)).forEach(text -> plain(at, text));
    }

    private void banner() {
        api(0, "api_utils.py:347", "");
        api(0, "api_utils.py:347", "       █     █     █▄   ▄█");
        api(0, "api_utils.py:347", " ▄▄ ▄█ █     █     █ ▀▄▀ █  version " + VllmSurface.VERSION);
        api(0, "api_utils.py:347", "  █▄█▀ █     █     █     █  model   " + engine.model());
        api(0, "api_utils.py:347", "   ▀▀  ▀▀▀▀▀ ▀▀▀▀▀ ▀     ▀");
        api(0, "api_utils.py:286", "non-default args: " + arguments());
        api(.02, "model.py:2152", "Using max model len " + engine.maxModelLen());
        core(
                .05,
                "core.py:133",
                "Initializing a V1 LLM engine (v"
                        + VllmSurface.VERSION
                        + ") with config: model='"
                        + engine.model()
                        + "', tensor_parallel_size="
                        + engine.split().tensor()
                        + ", pipeline_parallel_size="
                        + engine.split().pipeline()
                        + ", data_parallel_size="
                        + engine.split().data());
    }

    private String arguments() {
        return "{'model': '"
                + engine.model()
                + "', 'max_model_len': "
                + engine.maxModelLen()
                + ", 'tensor_parallel_size': "
                + engine.split().tensor()
                + ", 'pipeline_parallel_size': "
                + engine.split().pipeline()
                + ", 'distributed_executor_backend': '"
                + engine.executor()
                + "'}";
    }

    private void ray() {
        if (!onRay()) {
            return;
        }
        plain(
                .06,
                "INFO worker.py:1841 -- Connecting to existing Ray cluster at address: "
                        + nodes.getFirst().ip()
                        + ":6379...");
        plain(.07, "INFO worker.py:2038 -- Connected to Ray cluster.");
        core(
                .08,
                "ray_utils.py:607",
                "No current placement group found. Creating a new placement group.");
    }

    private void ranks() {
        int world = engine.split().worldSize();
        for (int gpu = 0; gpu < Math.min(engine.split().gpus(), cluster.gpus()); gpu++) {
            int rank = gpu % world;
            int tensor = rank % engine.split().tensor();
            worker(
                    .12,
                    gpu,
                    "parallel_state.py:1906",
                    "world_size=%d rank=%d local_rank=%d distributed_init_method=tcp://%s:41733 backend=nccl"
                            .formatted(
                                    world,
                                    rank,
                                    gpu % cluster.gpusPerNode(),
                                    nodes.getFirst().ip()));
            worker(
                    .14,
                    gpu,
                    "parallel_state.py:2350",
                    ("rank %d in world size %d is assigned as DP rank %d, PP rank %d, PCP rank 0,"
                                    + " TP rank %d, ETP rank %d, EP rank N/A, EPLB rank N/A")
                            .formatted(
                                    rank,
                                    world,
                                    gpu / world,
                                    rank / engine.split().tensor(),
                                    tensor,
                                    tensor));
        }
    }

    private void failure(double at, int rank, List<String> errors) {
        double later = at + (1 - at) / 2;
        worker(at, rank, "multiproc_executor.py:1063", "WorkerProc hit an exception.", "ERROR");
        errors.forEach(error -> worker(at, rank, "multiproc_executor.py:1063", error, "ERROR"));
        core(later, "core.py:1510", "EngineCore failed to start.", "ERROR");
        errors.forEach(error -> core(later, "core.py:1510", error, "ERROR"));
        plain(
                at + (1 - at) * 7 / 8,
                "RuntimeError: Engine core initialization failed. See root cause above. Failed core"
                        + " proc(s): {}");
    }

    private void success(MemoryFit.Fits fits) {
        int gpus = engine.split().gpus();
        for (int shard = 0; shard <= SHARDS; shard += 3) {
            double at = .15 + .5 * shard / SHARDS;
            plain(
                    at,
                    "Loading safetensors checkpoint shards: %3d%% Completed | %d/%d"
                            .formatted(100 * shard / SHARDS, shard, SHARDS));
        }
        IntStream.range(0, gpus).forEach(gpu -> loaded(gpu, fits));
        core(
                .7,
                "kv_cache_utils.py:2327",
                String.format(
                        Locale.ROOT,
                        "GPU KV cache size: %,d tokens, Maximum concurrency for %,d tokens per"
                                + " request: %.2fx",
                        fits.kvTokens(),
                        engine.maxModelLen(),
                        (double) fits.kvTokens() / engine.maxModelLen()));
        for (int graph = 0; graph <= GRAPHS; graph += 7) {
            plain(
                    .72 + .2 * graph / GRAPHS,
                    "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE): %3d%%| %d/%d"
                            .formatted(100 * graph / GRAPHS, graph, GRAPHS));
        }
        worker(
                .93,
                0,
                "gpu_model_runner.py:6280",
                String.format(
                        Locale.ROOT,
                        "Graph capturing finished in %.1f secs, took 0.84 GiB",
                        span.seconds(.72, .93)));
        core(
                .95,
                "core.py:402",
                String.format(
                        Locale.ROOT,
                        "init engine (profile, create kv cache, warmup model) took %.2f s",
                        span.seconds(.68, .95)));
        api(.97, "entry.py:140", "Starting vLLM server on " + url);
        plain(.98, "INFO:     Started server process [" + API_PID + "]");
        plain(.98, "INFO:     Waiting for application startup.");
        plain(.99, "INFO:     Application startup complete.");
    }

    private void loaded(int gpu, MemoryFit.Fits fits) {
        worker(
                .655,
                gpu,
                "default_loader.py:397",
                String.format(
                        Locale.ROOT, "Loading weights took %.2f seconds", span.seconds(.15, .655)));
        worker(
                .66,
                gpu,
                "gpu_model_runner.py:5132",
                String.format(
                        Locale.ROOT,
                        "Model loading took %.2f GiB memory and %.2f seconds",
                        fits.weightsGib(),
                        span.seconds(.15, .66)));
        worker(
                .68,
                gpu,
                "gpu_worker.py:298",
                String.format(Locale.ROOT, "Available KV cache memory: %.2f GiB", fits.kvGib()));
    }

    private boolean onRay() {
        return engine.executor().equals("ray");
    }

    private void api(double at, String source, String text) {
        plain(at, "(APIServer pid=%d) %s".formatted(API_PID, info(at, "INFO", source, text)));
    }

    private void core(double at, String source, String text) {
        core(at, source, text, "INFO");
    }

    private void core(double at, String source, String text, String level) {
        plain(at, "(EngineCore pid=%d) %s".formatted(ENGINE_PID, info(at, level, source, text)));
    }

    private void worker(double at, int gpu, String source, String text) {
        worker(at, gpu, source, text, "INFO");
    }

    private void worker(double at, int gpu, String source, String text, String level) {
        worker(at, gpu, info(at, level, source, text));
    }

    private void worker(double at, int gpu, String text) {
        int node = gpu / cluster.gpusPerNode();
        int pid = WORKER_PID + gpu;
        String place = node == 0 ? "" : ", ip=" + nodes.get(node).ip();
        String prefix = onRay() ? "(RayWorkerProc pid=" + pid + place + ") " : "";
        String line = prefix + "(" + name(gpu) + " pid=" + pid + ") " + text;
        lines.add(new Line(at, line, Optional.of(node)));
    }

    /** As vLLM names its processes: the rank's coordinates as far as there is a choice. */
    private String name(int gpu) {
        SimulatedEngine.Split split = engine.split();
        int rank = gpu % split.worldSize();
        return "Worker"
                + (split.data() > 1 ? "_DP" + gpu / split.worldSize() : "")
                + (split.pipeline() > 1 ? "_PP" + rank / split.tensor() : "")
                + (split.tensor() > 1 ? "_TP" + rank % split.tensor() : "");
    }

    private String info(double at, String level, String source, String text) {
        return level + " " + span.stamp(at) + " [" + source + "] " + text;
    }

    private void plain(double at, String text) {
        lines.add(new Line(at, text, Optional.empty()));
    }
}
