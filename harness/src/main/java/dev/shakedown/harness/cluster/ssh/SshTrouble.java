package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.List;
import java.util.Locale;

/** What OpenSSH's own words mean, and what to do about them. */
final class SshTrouble {
    private record Case(String words, String what, String next) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            "remote host identification has changed",
                            "the host's key is not the one that is known: another machine answers, or it was installed anew",
                            "if that is right: ssh-keygen -R %s, then log in once by hand and compare the fingerprint"),
                    new Case(
                            "host key verification failed",
                            "the host's key is not known yet",
                            "log in once by hand and compare the fingerprint: ssh %s"),
                    new Case(
                            "permission denied",
                            "the host does not take this user's key",
                            "check ssh.user and the key: ssh %s must work without a password (ssh-copy-id, ssh-agent)"),
                    new Case(
                            "could not resolve hostname",
                            "there is no host of this name",
                            "check ssh.hosts and the HostName in your ssh configuration for %s"),
                    new Case(
                            "connection refused",
                            "no sshd listens there",
                            "start sshd on %s, or set its port in your ssh configuration"),
                    new Case(
                            "no route to host",
                            "there is no way to the host",
                            "check that %s is up and the network between"),
                    new Case(
                            "timed out",
                            "the host does not answer",
                            "check that %s is up, and that no firewall drops port 22"),
                    new Case(
                            "closed by remote host",
                            "the host closed the connection",
                            "look at sshd's log on %s (MaxStartups, MaxSessions, fail2ban)"));

    private SshTrouble() {}

    static StepFailedException of(SshHost host, String errors) {
        String text = errors.toLowerCase(Locale.ROOT);
        List<String> evidence =
                errors.lines().filter(line -> !line.isBlank() && !line.startsWith("@")).toList();
        List<String> shown = evidence.subList(0, Math.min(6, evidence.size()));
        return CASES.stream()
                .filter(known -> text.contains(known.words()))
                .findFirst()
                .map(
                        known ->
                                new StepFailedException(
                                        known.what(),
                                        host.name(),
                                        shown,
                                        known.next().formatted(host.name())))
                .orElseGet(
                        () ->
                                new StepFailedException(
                                        "ssh could not connect",
                                        host.name(),
                                        shown,
                                        "try by hand: " + String.join(" ", host.argv())));
    }
}
