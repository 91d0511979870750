package dev.shakedown.harness.run;

import java.util.Optional;

/** What a follower must know of the job that it follows: what its lines say about its end. */
interface JobReader {

    /** Takes the next line of the job or of Ray; returns whether it belongs into the job's log. */
    boolean accept(String line);

    /** Whether its work has begun, as far as it tells. */
    default boolean begun() {
        return true;
    }

    /** Whether the job's last line has come. */
    boolean ended();

    /** Why it failed, by its last line. */
    Optional<String> error();

    /** Why the job is not needed any more, so that it can be stopped. */
    default Optional<String> needless() {
        return Optional.empty();
    }

    /** What it waits for, as it last said. */
    Optional<String> waitingFor();
}
