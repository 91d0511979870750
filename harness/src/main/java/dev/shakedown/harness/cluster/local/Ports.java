package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.random.RandomGenerator;

/** TCP ports of this machine (or of the network namespace it runs in). */
final class Ports {
    /** Above Ray's worker ports (10002 to 19999), below Linux's ephemeral ones (from 32768). */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;
    private static final int PROBES = 2_000;

    private Ports() {}

    /**
     * Different ports that nobody listens on, from a range that the kernel gives to no outgoing
     * connection: between this look and Ray's start, Ray's own connections would take one now and
     * then, and its node would time out.
     */
    static List<Integer> free(int count) {
        List<Integer> found =
                RandomGenerator.getDefault()
                        .ints(PROBES, LOWEST, HIGHEST)
                        .distinct()
                        .filter(Ports::isFree)
                        .limit(count)
                        .boxed()
                        .toList();
        if (found.size() < count) {
            throw new StepFailedException(
                    "no %d free ports between %d and %d".formatted(count, LOWEST, HIGHEST),
                    "",
                    List.of(),
                    "ss -ltn shows who listens");
        }
        return found;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress((InetAddress) null, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
