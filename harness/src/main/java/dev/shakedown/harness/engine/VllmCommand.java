package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.EngineSpec.Executor;
import dev.shakedown.harness.scenario.Parallelism;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The {@code vllm serve} line of a scenario. The scenario's own arguments and environment win over
 * what is added here, but for the address, which belongs to whoever runs the engine.
 */
public final class VllmCommand {
    /** What {@code builtin:tiny} is served as, unless the scenario names it. */
    private static final String TINY_NAME = "tiny";

    private VllmCommand() {}

    /** The command for one place. */
    public static EngineCommand of(EngineSpec spec, EngineSite site) {
        Flags flags = new Flags(withoutAddress(spec.args()));
        flags.add("--host", site.host());
        flags.add("--port", Integer.toString(site.port()));
        addModel(flags, spec);
        addShape(flags, spec);
        addGroup(flags, site.group());
        if (site.cpuOnly()) {
            addCpu(flags, spec.parallelism());
        }
        List<String> argv = new ArrayList<>(List.of("vllm", "serve", site.model()));
        argv.addAll(flags.all());
        return new EngineCommand(argv, environment(spec, site));
    }

    /** One line to paste into a shell; with no secret in it. */
    public static String shellLine(EngineCommand command) {
        return ShellWords.line(command.env(), command.argv());
    }

    /** What {@code vllm serve} was given: a repository or a folder; empty for another command. */
    public static Optional<String> model(EngineCommand command) {
        return command.argv().stream().skip(2).findFirst();
    }

    /** What requests must name, as far as the scenario's own arguments do not change it. */
    public static String servedName(EngineSpec spec) {
        String name = spec.model().equals(EngineSpec.BUILTIN_TINY) ? TINY_NAME : spec.model();
        return spec.servedModelName().orElse(name);
    }

    private static void addModel(Flags flags, EngineSpec spec) {
        boolean tiny = spec.model().equals(EngineSpec.BUILTIN_TINY);
        spec.servedModelName().ifPresent(name -> flags.add("--served-model-name", name));
        spec.quantization().ifPresent(method -> flags.add("--quantization", method));
        if (tiny) {
            flags.add("--served-model-name", TINY_NAME);
            flags.add("--load-format", "dummy");
        }
    }

    private static void addShape(Flags flags, EngineSpec spec) {
        Parallelism shape = spec.parallelism();
        flags.add("--tensor-parallel-size", Integer.toString(shape.tensor()));
        flags.add("--pipeline-parallel-size", Integer.toString(shape.pipeline()));
        if (shape.data() > 1) {
            flags.add("--data-parallel-size", Integer.toString(shape.data()));
        }
        flags.add(
                "--distributed-executor-backend",
                switch (spec.executor()) {
                    case RAY -> "ray";
                    case MP -> "mp";
                });
    }

    private static void addGroup(Flags flags, EngineSite.Group group) {
        if (group.nodes() == 1) {
            return;
        }
        flags.add("--nnodes", Integer.toString(group.nodes()));
        flags.add("--node-rank", Integer.toString(group.rank()));
        flags.add("--master-addr", group.masterAddress());
        flags.add("--master-port", Integer.toString(group.masterPort()));
        if (group.rank() > 0) {
            flags.add("--headless");
        }
    }

    private static void addCpu(Flags flags, Parallelism shape) {
        if (shape.pipeline() > 1) {
            // Seen with vLLM 0.32 on CPU: eager mode passes /health, then the first request ends
            // the engine; tracing once without a compiler works.
            if (!flags.has("--enforce-eager")) {
                flags.add("--compilation-config", "{\"mode\":2,\"backend\":\"eager\"}");
            }
        } else if (!flags.has("--compilation-config")) {
            flags.add("--enforce-eager");
        }
        flags.add("--dtype", "bfloat16");
    }

    private static Map<String, String> environment(EngineSpec spec, EngineSite site) {
        Map<String, String> env = new TreeMap<>();
        env.put("VLLM_NO_USAGE_STATS", "1");
        if (spec.executor() == Executor.RAY) {
            // Ray folds like lines of several ranks into one, and with them the proof of where
            // each rank runs.
            env.put("RAY_DEDUP_LOGS", "0");
        }
        if (site.cpuOnly()) {
            env.put("VLLM_CPU_KVCACHE_SPACE", "1");
            env.put("VLLM_CPU_OMP_THREADS_BIND", "nobind");
        }
        if (site.model().startsWith("/")) {
            // A folder is complete: asking the hub could only fail, slowly.
            env.put("HF_HUB_OFFLINE", "1");
            env.put("TRANSFORMERS_OFFLINE", "1");
        }
        env.putAll(spec.env());
        return env;
    }

    private static List<String> withoutAddress(List<String> args) {
        List<String> kept = new ArrayList<>();
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String arg = rest.next();
            if (arg.equals("--host") || arg.equals("--port")) {
                if (rest.hasNext()) {
                    rest.next();
                }
            } else if (!arg.startsWith("--host=") && !arg.startsWith("--port=")) {
                kept.add(arg);
            }
        }
        return kept;
    }
}
