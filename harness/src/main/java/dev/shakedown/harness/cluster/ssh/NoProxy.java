package dev.shakedown.harness.cluster.ssh;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A host's {@code no_proxy}, as gRPC and Python read it: addresses, networks as CIDR, or a star.
 */
record NoProxy(String value) {

    /** Whether connections to an IPv4 address bypass the proxy. */
    boolean exempts(String address) {
        return List.of(value.split("[ ,]+")).stream().anyMatch(entry -> covers(entry, address));
    }

    private static boolean covers(String entry, String address) {
        int slash = entry.indexOf('/');
        return slash < 0
                ? entry.equals("*") || entry.equals(address)
                : inNetwork(entry.substring(0, slash), entry.substring(slash + 1), address);
    }

    private static boolean inNetwork(String network, String bits, String address) {
        try {
            int ignored = 32 - Integer.parseInt(bits);
            return ignored >= 0
                    && ignored <= 32
                    && number(network) >> ignored == number(address) >> ignored;
        } catch (IllegalArgumentException notANetwork) {
            return false;
        }
    }

    /** In 64 bits, so that a shift by 32 leaves nothing. */
    private static long number(String address) {
        return ByteBuffer.wrap(Inet4Address.ofLiteral(address).getAddress()).getInt() & 0xffffffffL;
    }
}
