package dev.shakedown.workloads.load;

/** Watches a load while it runs. */
@FunctionalInterface
public interface LoadObserver {
    /** Watches nothing. */
    LoadObserver NONE = _ -> {};

    /** Told each second, from a thread of the generator's; must return soon. */
    void second(LiveSample sample);
}
