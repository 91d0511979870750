package dev.shakedown.harness.cluster.ray;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret of one cluster: who reaches an open Ray runs code on it. */
public final class RayToken {
    private static final int BYTES = 32;

    private RayToken() {}

    /** A new one, in hexadecimal digits. */
    public static String make() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
