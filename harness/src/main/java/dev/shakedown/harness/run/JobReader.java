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

    /** What it waits for, as it last said. */
    Optional<String> waitingFor();
}
