package dev.shakedown.harness.cluster.ssh;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A run's folder on each host: Ray's session with its sockets, the token, the output of what was
 * started. Its path is short because a socket's path may have 107 bytes; never Ray's own {@code
 * /tmp/ray}, which somebody else's Ray may use.
 */
final class SshFolder {
    static final String BASE = "/tmp";

    private SshFolder() {}

    /** A ledger is a file: what it says must not lead to anything else. */
    static boolean isOne(String folder) {
        return folder.matches(BASE + "/sd-[0-9a-f]+");
    }

    static String newName() {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        return BASE + "/sd-" + HexFormat.of().formatHex(random);
    }
}
