package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.local.PortHolder;
import dev.shakedown.harness.cluster.process.ProcFs;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Recognises a port of this machine behind which another machine's endpoint is. */
final class Tunnel {
    private static final Pattern FORWARDER =
            Pattern.compile("^(?:\\S*/)?(ssh|autossh|sshuttle|kubectl|oc|k9s|socat)(?:[: ]|$)");

    private Tunnel() {}

    /** Who forwards it; empty for a server of this machine, and for an address that is not here. */
    static Optional<String> to(URI url) {
        return isLoopback(url)
                ? PortHolder.pid(url.getPort()).flatMap(Tunnel::forwarder)
                : Optional.empty();
    }

    private static Optional<String> forwarder(long pid) {
        return program(new ProcFs().commandLine(pid))
                .map(name -> "a port that %s forwards, process %d".formatted(name, pid));
    }

    /** Of a command line that forwards ports. */
    static Optional<String> program(String commandLine) {
        var found = FORWARDER.matcher(commandLine);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static boolean isLoopback(URI url) {
        try {
            return InetAddress.getByName(url.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
