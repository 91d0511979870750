package dev.shakedown.harness.cluster.gpu;

import dev.shakedown.harness.cluster.InParallel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** NVIDIA's dcgm-exporter, over HTTP; its own values are some seconds old by its configuration. */
public final class DcgmExporter implements GpuSource {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_BYTES = 8 << 20;

    private final List<URI> pages;
    private final OkHttpClient http = new OkHttpClient.Builder().callTimeout(PATIENCE).build();

    /**
     * @param pages all are read each time, at once
     */
    public DcgmExporter(List<URI> pages) {
        this.pages = List.copyOf(pages);
    }

    @Override
    public String name() {
        return "dcgm";
    }

    @Override
    public GpuReadings read() {
        List<GpuReading> gpus = new ArrayList<>();
        List<String> troubles = new ArrayList<>();
        for (InParallel.Outcome<GpuReadings> outcome : InParallel.of(pages, this::page)) {
            if (outcome instanceof InParallel.Done<GpuReadings>(GpuReadings read)) {
                gpus.addAll(read.gpus());
                troubles.addAll(read.troubles());
            }
        }
        return new GpuReadings(gpus, troubles);
    }

    private GpuReadings page(URI page) {
        try (Response response =
                http.newCall(new Request.Builder().url(page.toString()).build()).execute()) {
            if (!response.isSuccessful()) {
                return GpuReadings.none(
                        "%s answers with status %d".formatted(page, response.code()));
            }
            String text = response.peekBody(MOST_BYTES).string();
            List<GpuReading> gpus = DcgmPage.gpus(text, host(page));
            return gpus.isEmpty()
                    ? GpuReadings.none("%s has no DCGM_FI_DEV_ values".formatted(page))
                    : new GpuReadings(gpus, List.of());
        } catch (IOException e) {
            String why = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
            return GpuReadings.none("%s: %s".formatted(page, why));
        }
    }

    private static String host(URI page) {
        return Objects.requireNonNullElse(page.getHost(), "");
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdownNow();
        http.connectionPool().evictAll();
    }
}
