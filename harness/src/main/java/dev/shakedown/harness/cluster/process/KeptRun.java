package dev.shakedown.harness.cluster.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run whose cluster was kept.
 *
 * @param user id of the run that used it last, its own at first
 * @param usedBy process that uses it now
 * @param tokenFile holds Ray's token, readable by this user alone; absent where Ray asks for none
 */
public record KeptRun(
        String runId,
        String runDirectory,
        KeptCluster cluster,
        String user,
        Optional<Long> usedBy,
        Optional<Path> tokenFile) {

    /** What a person may do with it, line by line. */
    public List<String> howTo() {
        String auth =
                tokenFile
                        .map(file -> " RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=" + file)
                        .orElse("");
        return Stream.concat(
                        Optional.ofNullable(cluster.layout().get(KeptCluster.REACH)).stream()
                                .map(how -> "reach it:  " + how),
                        Stream.of(
                                "use it:  export RAY_API_SERVER_ADDRESS="
                                        + cluster.dashboard()
                                        + auth,
                                "run on it:  shakedown run SCENARIO --reuse " + runId,
                                "end it:  shakedown down " + runId))
                .toList();
    }
}
