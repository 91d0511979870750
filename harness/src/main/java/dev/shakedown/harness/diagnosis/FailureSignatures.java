package dev.shakedown.harness.diagnosis;

import dev.shakedown.harness.diagnosis.Match.Place;
import dev.shakedown.harness.diagnosis.Signature.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The lines that known failures leave, and the search for them. A lower layer explains a higher
 * one, a cause goes before a consequence, and what was followed by success goes last.
 */
public final class FailureSignatures {
    /** Signatures that say nothing where the whole cluster is on one machine. */
    public static final Set<String> NORMAL_ON_ONE_HOST = Set.of("ray-loopback-ip");

    /** From the bottom up; a layer that is not listed comes last. */
    private static final List<String> LAYERS =
            List.of(
                    "hw",
                    "kubernetes",
                    "cuda-init",
                    "gpu-visible",
                    "ray-gcs",
                    "ray-node",
                    "ray-resources",
                    "ray-cgraph",
                    "c10d",
                    "gloo",
                    "nccl-bootstrap",
                    "nccl-ib",
                    "nccl-p2p-shm",
                    "nccl-general",
                    "memory",
                    "model-config",
                    "vllm-engine",
                    "watchdog");

    private static final Pattern RAY_NODE = Pattern.compile("^\\([^)]*\\bip=([^),]+)[,)]");

    /** The file's shape. */
    record File(List<Signature> signatures) {}

    private record Entry(Signature signature, LineMatcher matcher, int index) {
        int layer() {
            int found = LAYERS.indexOf(signature.layer());
            return found < 0 ? LAYERS.size() : found;
        }
    }

    private record Hit(Entry entry, Place place, String text, String time, boolean overcome) {
        /** Cause, then consequence, then cause that was overcome. */
        int rank() {
            return overcome ? 2 : entry.signature().role() == Role.PRIMARY ? 0 : 1;
        }

        Hit whenOvercome() {
            return new Hit(entry, place, text, time, true);
        }
    }

    /** Hits of one rank, layer, time and signature are in file and line order already. */
    private static final Comparator<Hit> FIRST =
            Comparator.comparingInt(Hit::rank)
                    .thenComparingInt(hit -> hit.entry().layer())
                    .thenComparing(Hit::time)
                    .thenComparingInt(hit -> hit.entry().index());

    private final List<Entry> entries;

    private FailureSignatures(List<Signature> signatures) {
        List<Entry> all = new ArrayList<>();
        for (Signature signature : signatures) {
            all.add(new Entry(signature, new LineMatcher(signature.pattern()), all.size()));
        }
        this.entries = List.copyOf(all);
    }

    /** The signatures that Shakedown brings along. */
    public static FailureSignatures load() {
        YAMLMapper yaml =
                YAMLMapper.builder()
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                        .build();
        try (InputStream in =
                FailureSignatures.class.getResourceAsStream("failure-signatures.yaml")) {
            File file = yaml.readValue(Objects.requireNonNull(in), File.class);
            return new FailureSignatures(file.signatures());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** All of them, in the file's order. */
    List<Signature> all() {
        return entries.stream().map(Entry::signature).toList();
    }

    /**
     * The line in collected logs that explains a failure best.
     *
     * @param logs holds {@code <node>/…} or files; compressed and binary files are left out
     * @param normal ids of signatures that mean nothing here
     */
    public Optional<Match> match(Path logs, Set<String> normal) {
        LogFiles files = new LogFiles(logs);
        List<Hit> hits = new ArrayList<>();
        for (Path file : files.files()) {
            Scan scan = new Scan(normal);
            String name = files.name(file);
            String node = files.node(file);
            files.lines(file, (line, number) -> scan.accept(line, new Place(node, name, number)));
            hits.addAll(scan.hits);
        }
        return best(hits);
    }

    /** The same for lines that are at hand, such as the evidence of a failed step. */
    public Optional<Match> match(List<String> lines, Set<String> normal) {
        Scan scan = new Scan(normal);
        long number = 1;
        for (String line : lines) {
            scan.accept(line, new Place("", "", number++));
        }
        return best(scan.hits);
    }

    private static Optional<Match> best(List<Hit> hits) {
        return hits.stream()
                .min(FIRST)
                .map(hit -> Match.of(hit.entry().signature(), hit.place(), hit.text()));
    }

    /** One file, top to bottom. */
    private final class Scan {
        private final Set<String> normal;
        private List<Hit> hits = new ArrayList<>();
        private boolean endingOnRequest;
        private String time = LogTime.UNKNOWN;

        Scan(Set<String> normal) {
            this.normal = normal;
        }

        void accept(String line, Place place) {
            // A line of a traceback was written when the line before it was.
            time = LogTime.of(line).orElse(time);
            if (line.contains("Application startup complete")) {
                // It served after all: what came before did not keep it from that. It may still
                // explain a wrong placement, so it is kept, behind all else.
                overcome("");
            } else if (line.contains("Ray runtime started")
                    || line.contains("Connected to Ray cluster")) {
                overcome("ray-gcs");
            } else if (line.contains("trigger received signal=SIG")
                    || line.contains("API server: shutdown triggered")) {
                endingOnRequest = true;
            }
            entries.stream()
                    .filter(entry -> counts(entry.signature()))
                    .filter(entry -> entry.signature().countsIn(place.file()))
                    .filter(entry -> entry.matcher().find(line))
                    .findFirst()
                    .ifPresent(
                            entry -> hits.add(new Hit(entry, at(place, line), line, time, false)));
        }

        private boolean counts(Signature signature) {
            return switch (signature.role()) {
                case PRIMARY -> !normal.contains(signature.id());
                case SECONDARY -> !endingOnRequest && !normal.contains(signature.id());
                case INFO -> false;
            };
        }

        private void overcome(String layer) {
            List<Hit> kept = new ArrayList<>();
            for (Hit hit : hits) {
                boolean past = layer.isEmpty() || hit.entry().signature().layer().equals(layer);
                if (!past) {
                    kept.add(hit);
                } else if (hit.entry().signature().role() == Role.PRIMARY) {
                    kept.add(hit.whenOvercome());
                }
            }
            hits = kept;
        }

        private static Place at(Place place, String line) {
            Matcher node = RAY_NODE.matcher(line);
            return node.find() ? new Place(node.group(1), place.file(), place.line()) : place;
        }
    }
}
