package dev.shakedown.harness.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/**
 * The address under which Ray's and vLLM's processes find each other, and its interface. Where the
 * machine has an outward address, Ray takes it even when told 127.0.0.1, so Shakedown names it.
 */
record NodeAddress(String ip, String networkInterface) {
    static final NodeAddress LOOPBACK = new NodeAddress("127.0.0.1", "lo");

    /** Never routed to by a probe: connecting a datagram socket sends nothing. */
    private static final InetSocketAddress OUTSIDE = new InetSocketAddress("198.51.100.1", 53);

    static NodeAddress ofThisMachine() {
        return outward().orElse(LOOPBACK);
    }

    boolean isLoopback() {
        return ip.equals(LOOPBACK.ip());
    }

    private static Optional<NodeAddress> outward() {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(OUTSIDE);
            InetAddress local = probe.getLocalAddress();
            NetworkInterface device = NetworkInterface.getByInetAddress(local);
            return device == null || local.isLoopbackAddress() || local.isAnyLocalAddress()
                    ? Optional.empty()
                    : Optional.of(new NodeAddress(local.getHostAddress(), device.getName()));
        } catch (SocketException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Whether only the loopback interface is there, as in a namespace made by Shakedown. */
    static boolean onlyLoopback() {
        try {
            return NetworkInterface.networkInterfaces().allMatch(NodeAddress::isLoopback);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isLoopback(NetworkInterface device) {
        try {
            return device.isLoopback() || !device.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
