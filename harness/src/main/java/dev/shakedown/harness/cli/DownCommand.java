package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.kuberay.KubeRayEnd;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.Leftovers;
import dev.shakedown.harness.cluster.ssh.SshEnd;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Ends what earlier runs left behind. */
@Command(
        name = "down",
        description =
                "End what runs left behind that were killed; touches nothing that Shakedown did not start.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Terminal terminal = Terminal.onStderr(System.getenv());
        EndReport result;
        try (SshEnd hosts = new SshEnd()) {
            result =
                    Leftovers.ofUser().end(new TerminalListener(terminal), hosts, new KubeRayEnd());
        }
        result.ended().forEach(line -> System.out.println("ended: " + line));
        result.notEnded().forEach(line -> System.out.println("could not be ended: " + line));
        if (result.ended().isEmpty() && result.notEnded().isEmpty()) {
            System.out.println("nothing left behind");
        }
        return (result.notEnded().isEmpty() ? ExitCode.OK : ExitCode.NOT_USABLE).code();
    }
}
