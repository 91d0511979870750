package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a command reaches a host. What it says and how it ended come back over its own streams. */
sealed interface Launcher permits OpenSsh, Srun {
    int FAILED = 255;

    /** The program, for messages. */
    String program();

    /** What stands before a command, for people. */
    List<String> argv(SshHost host);

    /**
     * The whole command line.
     *
     * @param sockets folder for what commands to one host share, with a short path
     */
    List<String> argv(SshHost host, Path sockets, String command);

    /** What ends that which commands to this host share; empty if they share nothing. */
    List<String> farewell(SshHost host, Path sockets);

    /** Takes out of the launcher's environment what it would take for options. */
    void clean(Map<String, String> environment);

    /** Whether it is the launcher that failed, and not the command. */
    boolean isOwn(int status, String errors);

    /** What the launcher's own failure means, and what to do about it. */
    StepFailedException trouble(SshHost host, String errors);

    /** By what name or address the host is known to others; empty if that is not said. */
    Optional<String> address(SshHost host);

    /** Whether what a command leaves running ends with it: then a start has to stay. */
    boolean endsWhatIsLeft();

    /** The Slurm allocation that the commands run in; empty if there is none. */
    String slurmJob();
}
