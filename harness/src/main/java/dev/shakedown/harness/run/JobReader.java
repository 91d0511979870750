package dev.shakedown.harness.run;

import java.util.Optional;

/** What a follower must know of the job that it follows: what its lines say about its end. */
interface JobReader {

    /** Takes the next line of the log, of the job or of Ray. */
    void accept(String line);

    /** Whether the job's last line has come. */
    boolean ended();

    /** Why it failed, by its last line. */
    Optional<String> error();

    /** Why the job is not needed any more, so that it can be stopped. */
    default Optional<String> needless() {
        return Optional.empty();
    }

    /** Whether the line is to be kept in the job's log. */
    default boolean keeps(String line) {
        return true;
    }

    /** What it waits for, as it last said. */
    Optional<String> waitingFor();
}
