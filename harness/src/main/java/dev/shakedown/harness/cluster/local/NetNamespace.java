package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.ProcFs;
import dev.shakedown.harness.cluster.process.ProcessId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace with only the loopback interface, and this very JVM run again inside it. Ray,
 * vLLM and the load then share one private 127.0.0.1, which nothing outside can reach.
 */
public final class NetNamespace {

    /** Set inside, so that the second JVM does not make a third. */
    public static final String INSIDE = "SHAKEDOWN_NETNS";

    private static final Duration PROBE = Duration.ofSeconds(20);

    /** Longer than the inner JVM allows itself. */
    private static final Duration TEARDOWN = Duration.ofMinutes(7);

    /** iproute2 where it is; else the one ioctl behind it (SIOCSIFFLAGS: up, running). */
    private static final String LOOPBACK_UP =
            """
            ip link set lo up 2>/dev/null || python3 -c 'import fcntl, socket, struct
            fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x41))' || exit 97
            exec "$@"\
            """;

    private NetNamespace() {}

    /** Whether this JVM was started by {@link #runInside}. */
    public static boolean inside() {
        return System.getenv().containsKey(INSIDE);
    }

    /**
     * Runs this JVM's command line again inside a new namespace, with its input and output, and
     * waits. INT and TERM end the inner one first, which tears down; if this JVM is killed, the
     * inner one gets TERM.
     *
     * @return the inner JVM's exit status
     * @throws StepFailedException if the kernel does not allow it
     */
    public static int runInside() {
        requireAllowed();
        return run(unshare(dieWithParent(ownCommandLine())));
    }

    /**
     * The same inside the namespace that a process of a kept cluster lives in.
     *
     * @throws StepFailedException if that process is gone
     */
    public static int runInsideOf(ProcessId process) {
        if (!new ProcFs().runs(process)) {
            throw new StepFailedException(
                    "the kept cluster is gone, and with it its network",
                    "",
                    List.of("its process %d does not run any more".formatted(process.pid())),
                    "shakedown down RUN, then run with --keep again");
        }
        return run(enter(process.pid(), dieWithParent(ownCommandLine())));
    }

    /** The command inside the namespace of a process. */
    static List<String> enter(long pid, List<String> command) {
        List<String> argv = new ArrayList<>(List.of("nsenter", "-t", String.valueOf(pid), "-n"));
        if (!root()) {
            argv.addAll(List.of("-U", "--preserve-credentials"));
        }
        argv.add("--");
        argv.addAll(command);
        return argv;
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int run(List<String> inside) {
        ProcessBuilder builder = new ProcessBuilder(inside);
        builder.environment().put(INSIDE, "1");
        builder.inheritIO();
        try {
            Process inner = builder.start();
            Thread forward = Thread.ofPlatform().unstarted(() -> endAndExitLike(inner));
            Runtime.getRuntime().addShutdownHook(forward);
            int status = inner.waitFor();
            unhook(forward);
            return status;
        } catch (IOException e) {
            throw notAllowed(List.of(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException(
                    "interrupted while a run works in its own network", "", List.of(), "");
        }
    }

    /**
     * The command inside a new namespace whose loopback interface is up: as root directly, else in
     * a user namespace of its own.
     */
    static List<String> unshare(List<String> command) {
        List<String> argv = new ArrayList<>(List.of("unshare", root() ? "-n" : "-rn"));
        argv.addAll(List.of("sh", "-c", LOOPBACK_UP, "sh"));
        argv.addAll(command);
        return argv;
    }

    /** What this JVM was started with, to the letter; the launcher's own path replaces its name. */
    static List<String> ownCommandLine() {
        try {
            String raw =
                    new String(
                            Files.readAllBytes(Path.of("/proc/self/cmdline")),
                            StandardCharsets.UTF_8);
            List<String> argv = new ArrayList<>(Arrays.asList(raw.split("\0", -1)));
            argv.removeLast();
            argv.set(0, Path.of("/proc/self/exe").toRealPath().toString());
            return argv;
        } catch (IOException e) {
            throw new StepFailedException(
                    "cannot read this process's own command line: " + e, "", List.of(), "");
        }
    }

    private static void requireAllowed() {
        HostCommand.Result result =
                new HostCommand(unshare(List.of("true")), Map.of(), PROBE)
                        .run()
                        .orElseThrow(() -> notAllowed(List.of("no such program: unshare")));
        if (!result.ok()) {
            throw notAllowed(result.tail(3));
        }
    }

    private static StepFailedException notAllowed(List<String> evidence) {
        return new StepFailedException(
                "several local nodes need a network namespace, and this machine does not allow one",
                "",
                evidence,
                "try: unshare -rn true. Unprivileged user namespaces are switched by sysctl"
                        + " kernel.unprivileged_userns_clone, user.max_user_namespaces and"
                        + " kernel.apparmor_restrict_unprivileged_userns; in a container add SYS_ADMIN."
                        + " Or use cluster.nodes: 1");
    }

    private static List<String> dieWithParent(List<String> command) {
        if (!LocalPreflight.onPath("setpriv")) {
            return command;
        }
        List<String> argv = new ArrayList<>(List.of("setpriv", "--pdeathsig", "TERM"));
        argv.addAll(command);
        return argv;
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This JVM is ending already; then the hook is what runs, and it halts with the status.
            return;
        }
    }

    /** Runs when this JVM gets INT or TERM. */
    private static void endAndExitLike(Process inner) {
        inner.destroy();
        try {
            if (inner.waitFor(TEARDOWN.toSeconds(), TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(inner.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
