package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.process.KeptCluster;
import java.util.Map;
import java.util.Optional;

/**
 * A provider whose cluster can stay up after its run and serve later ones. The engine never stays:
 * the next run starts its own on GPUs that are free.
 */
public interface ReusableProvider extends ClusterProvider {

    /** What {@link #attach} needs to know of the cluster that is up; holds no secret. */
    Map<String, String> layout();

    /**
     * Takes up what a run of this provider left, in the place of {@link #up}. Whether all nodes
     * still live is for the caller to see.
     */
    Cluster attach(KeptCluster kept, Optional<String> token);

    /**
     * Ends the engine and lets go of the cluster without ending it, in the place of {@link #down}.
     */
    void release();
}
