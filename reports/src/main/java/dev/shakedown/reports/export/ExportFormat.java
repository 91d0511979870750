package dev.shakedown.reports.export;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.reports.view.VllmView;
import java.nio.file.Path;
import java.util.List;

/** What a run can be written as. */
public enum ExportFormat {
    /** One JSON object a line and run, with the keys of {@code vllm bench serve --save-result}. */
    VLLM {
        @Override
        String of(List<RunRecord> runs, List<Path> directories) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < runs.size(); i++) {
                lines.append(VllmJson.line(runs.get(i), VllmView.of(directories.get(i))));
            }
            return lines.toString();
        }
    },
    /** Prometheus' text format, for a node exporter's textfile folder or a push gateway. */
    PROMETHEUS {
        @Override
        String of(List<RunRecord> runs, List<Path> directories) {
            return PrometheusText.of(runs);
        }
    },
    /** One row a run. */
    CSV {
        @Override
        String of(List<RunRecord> runs, List<Path> directories) {
            return RunsCsv.of(runs);
        }
    };

    /**
     * The runs of these directories, in this order.
     *
     * @throws dev.shakedown.reports.run.RunUnreadableException if one has no usable run.json
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public String export(List<Path> directories) {
        return of(directories.stream().map(RunStore::read).toList(), directories);
    }

    abstract String of(List<RunRecord> runs, List<Path> directories);
}
