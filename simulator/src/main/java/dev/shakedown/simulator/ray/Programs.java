package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.fault.Faults;
import java.util.List;
import java.util.Optional;

/** The programs that this cluster can pretend to run; a new one adds a line here. */
record Programs(List<SimulatedNode> nodes, Gpu gpu, Faults faults) {
    static final String NAMES = "pi_job.py and fabric_job.py";

    Programs {
        nodes = List.copyOf(nodes);
    }

    /**
     * Empty for an entrypoint that is some other program.
     *
     * @param gpusTaken on each node, by an engine
     * @throws NumberFormatException if a flag's value is no number
     */
    Optional<Script> script(String entrypoint, List<Integer> gpusTaken) {
        JobFlags flags = new JobFlags(entrypoint);
        int perNode = nodes.getFirst().gpuUuids().size();
        if (entrypoint.contains("pi_job.py")) {
            PiArguments arguments = PiArguments.of(flags, nodes.size(), perNode);
            return Optional.of(new PiJob(arguments, nodes, gpu, faults).script(gpusTaken));
        }
        if (entrypoint.contains("fabric_job.py")) {
            int wanted = flags.orAll("nodes", nodes.size());
            int gpus = flags.orAll("gpus-per-node", perNode);
            return Optional.of(
                    new FabricJob(nodes, wanted, gpus, flags.whole("timeout", 60), faults)
                            .script(gpusTaken));
        }
        return Optional.empty();
    }
}
