package dev.shakedown.harness.cluster.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stands for {@code shakedown run}: goes into a namespace and does there what its argument says.
 */
final class NamespaceProbe {

    private NamespaceProbe() {}

    public static void main(String[] args) throws Exception {
        if (!NetNamespace.inside()) {
            System.exit(NetNamespace.runInside());
        }
        switch (args[0]) {
            case "look" -> {
                System.out.printf(
                        "only lo: %s, property %s, argument <%s>%n",
                        NodeAddress.onlyLoopback(), System.getProperty("probe"), args[1]);
                System.exit(7);
            }
            case "wait" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> write(args[1])));
                System.out.println("ready " + ProcessHandle.current().pid());
                Thread.sleep(60_000);
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void write(String file) {
        try {
            Files.writeString(Path.of(file), "torn down");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
