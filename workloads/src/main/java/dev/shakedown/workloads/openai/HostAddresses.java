package dev.shakedown.workloads.openai;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A host's addresses, and the one that was last found to answer. */
final class HostAddresses {
    private final List<InetSocketAddress> all;
    private final AtomicInteger good = new AtomicInteger();

    private HostAddresses(List<InetSocketAddress> all) {
        this.all = List.copyOf(all);
    }

    /** A name that is not known has one address, to which nothing can connect. */
    static HostAddresses of(String host, int port) {
        String name = host.replaceAll("^\\[|]$", "");
        try {
            return new HostAddresses(
                    Arrays.stream(InetAddress.getAllByName(name))
                            .map(address -> new InetSocketAddress(named(name, address), port))
                            .toList());
        } catch (UnknownHostException e) {
            return new HostAddresses(List.of(InetSocketAddress.createUnresolved(name, port)));
        }
    }

    /** With the name that was asked for, which certificates are held against. */
    private static InetAddress named(String name, InetAddress address) {
        try {
            return InetAddress.getByAddress(name, address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has a wrong length", e);
        }
    }

    int count() {
        return all.size();
    }

    InetSocketAddress good() {
        return all.get(Math.floorMod(good.get(), all.size()));
    }

    /** The next one is tried from now on. */
    void bad(InetSocketAddress address) {
        int at = good.get();
        if (all.get(Math.floorMod(at, all.size())).equals(address)) {
            boolean _ = good.compareAndSet(at, at + 1);
        }
    }
}
