package dev.shakedown.harness.history;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A process that puts runs of a folder into both histories, until it has or is killed. */
final class HistoryWriter {
    private HistoryWriter() {}

    /**
     * @param args the runs folder, the server's URL, the first night, how many nights, and how
     *     often
     */
    public static void main(String[] args) {
        Path runs = Path.of(args[0]);
        int first = Integer.parseInt(args[2]);
        int nights = Integer.parseInt(args[3]);
        int times = Integer.parseInt(args[4]);
        for (int time = 0; time < times; time++) {
            for (int night = first; night < first + nights; night++) {
                Path run = runs.resolve(RunDirectories.id(night));
                Stream.of(Map.<String, String>of(), Map.of(HistoryPlace.URL, args[1]))
                        .forEach(environment -> add(HistoryPlace.of(runs, environment), run));
                System.out.println(night);
            }
        }
    }

    private static void add(HistoryPlace place, Path run) {
        try (History history = History.open(place)) {
            history.add(run);
        }
    }
}
