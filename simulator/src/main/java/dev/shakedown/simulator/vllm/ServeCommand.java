package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedEngine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads a {@code vllm serve} command line as far as the simulated engine can follow it. */
public final class ServeCommand {
    private static final Map<String, String> SHORT =
            Map.of(
                    "-tp", "--tensor-parallel-size",
                    "-pp", "--pipeline-parallel-size",
                    "-dp", "--data-parallel-size",
                    "-q", "--quantization");

    private ServeCommand() {}

    /**
     * The engine that the command asks for; what it does not say is as in {@code otherwise}.
     *
     * @throws IllegalArgumentException for a number that is none
     */
    public static SimulatedEngine parse(List<String> argv, SimulatedEngine otherwise) {
        int serve = argv.indexOf("serve");
        String model =
                serve >= 0 && serve + 1 < argv.size() && !argv.get(serve + 1).startsWith("-")
                        ? argv.get(serve + 1)
                        : otherwise.model();
        Map<String, String> flags = flags(argv);
        boolean sameModel = model.equals(otherwise.model());
        return new SimulatedEngine(
                model,
                flags.getOrDefault(
                        "--served-model-name", sameModel ? otherwise.servedName() : model),
                flags.getOrDefault("--quantization", otherwise.quantization()),
                number(flags, "--max-model-len", otherwise.maxModelLen()),
                tuning(flags, argv, otherwise.tuning()),
                flags.getOrDefault("--distributed-executor-backend", otherwise.executor()),
                new SimulatedEngine.Split(
                        number(flags, "--tensor-parallel-size", otherwise.split().tensor()),
                        number(flags, "--pipeline-parallel-size", otherwise.split().pipeline()),
                        number(flags, "--data-parallel-size", otherwise.split().data())));
    }

    private static SimulatedEngine.Tuning tuning(
            Map<String, String> flags, List<String> argv, SimulatedEngine.Tuning otherwise) {
        String utilization = flags.get("--gpu-memory-utilization");
        String kvType = flags.get("--kv-cache-dtype");
        boolean cachesOff = argv.contains("--no-enable-prefix-caching");
        boolean cachesOn = argv.contains("--enable-prefix-caching");
        return new SimulatedEngine.Tuning(
                number(flags, "--max-num-seqs", otherwise.maxNumSeqs()),
                number(flags, "--max-num-batched-tokens", otherwise.maxNumBatchedTokens()),
                utilization == null
                        ? otherwise.memoryUtilization()
                        : Double.parseDouble(utilization),
                kvType == null ? otherwise.fp8KvCache() : kvType.startsWith("fp8"),
                cachesOn || (!cachesOff && otherwise.prefixCaching()));
    }

    private static Map<String, String> flags(List<String> argv) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < argv.size(); i++) {
            String[] parts = argv.get(i).split("=", 2);
            if (parts[0].startsWith("-")) {
                String name = SHORT.getOrDefault(parts[0], parts[0]).replace('_', '-');
                boolean valueFollows = i + 1 < argv.size() && !argv.get(i + 1).startsWith("-");
                if (parts.length == 2) {
                    flags.put(name, parts[1]);
                } else if (valueFollows) {
                    flags.put(name, argv.get(i + 1));
                }
            }
        }
        return flags;
    }

    private static OptionalInt number(
            Map<String, String> flags, String name, OptionalInt otherwise) {
        String value = flags.get(name);
        return value == null ? otherwise : OptionalInt.of(whole(name, value));
    }

    private static int number(Map<String, String> flags, String name, int otherwise) {
        String value = flags.get(name);
        return value == null ? otherwise : whole(name, value);
    }

    private static int whole(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException(name + ": " + value + " is no whole number", none);
        }
    }
}
