package dev.shakedown.simulator.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What timing and memory need to know of a model: fields of its {@code config.json}.
 *
 * @param ffn rows of the feed-forward part, of one expert in a mixture
 * @param experts 1 for a dense model
 * @param expertsPerToken that one token passes
 * @param tied input and output embedding are one matrix
 * @param source where the shape comes from
 */
public record ModelShape(
        String name,
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int ffn,
        int vocab,
        int experts,
        int expertsPerToken,
        boolean tied,
        String source) {

    /** Those that come along, from {@code models.json}. */
    static final List<ModelShape> KNOWN =
            DataFiles.shipped("models.json").valueStream().map(ModelShape::known).toList();

    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)b\\b");
    private static final double DEFAULT_BILLIONS = 8;
    private static final int LLAMA_HEAD_DIM = 128;
    private static final int LLAMA_VOCAB = 128_256;

    /**
     * That of a folder with a {@code config.json}; else the known model whose name is part of the
     * repository's; else one of Llama's proportions with as many parameters as the name says.
     *
     * @throws IllegalArgumentException if the folder's {@code config.json} cannot be used
     */
    public static ModelShape of(String model) {
        Path config = Path.of(model).resolve("config.json");
        if (Files.isRegularFile(config)) {
            return parse(model, DataFiles.read(config.toString()), config.toString());
        }
        String name = model.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(shape -> name.contains(shape.name))
                .findFirst()
                .orElseGet(() -> guess(name));
    }

    /** Weights of the layers that one token passes. */
    double activeWeights() {
        return layers * (attentionWeights() + expertsPerToken * expertWeights());
    }

    /**
     * Weights of the layers that a step of so many tokens reads: of a mixture the experts that at
     * least one token is sent to, where each token draws its own evenly.
     */
    double touchedWeights(double tokens) {
        double missed = Math.pow(1 - (double) expertsPerToken / experts, tokens);
        return layers * (attentionWeights() + experts * (1 - missed) * expertWeights());
    }

    /** Weights of all layers. */
    double layerWeights() {
        return layers * (attentionWeights() + experts * expertWeights());
    }

    /** Weights of the output layer. */
    double headWeights() {
        return (double) vocab * hidden;
    }

    /** Weights of both embeddings. */
    double embeddingWeights() {
        return headWeights() * (tied ? 1 : 2);
    }

    /** All of them. */
    double parameters() {
        return layerWeights() + embeddingWeights();
    }

    /** Keys and values that one token leaves, over all ranks. Ranks above KV heads hold copies. */
    double kvValues(int tensorParallel) {
        return 2.0 * layers * Math.max(kvHeads, tensorParallel) * headDim;
    }

    private double attentionWeights() {
        return (double) hidden * headDim * (2 * heads + 2 * kvHeads);
    }

    private double expertWeights() {
        return 3.0 * hidden * ffn;
    }

    private static ModelShape known(JsonNode json) {
        DataFiles.Fields fields = new DataFiles.Fields(json);
        String source = fields.text("source") + ", " + fields.text("date");
        return parse(fields.text("name"), json, source);
    }

    private static ModelShape parse(String name, JsonNode json, String source) {
        DataFiles.Fields fields = new DataFiles.Fields(json);
        int hidden = fields.count("hidden_size");
        int heads = fields.count("num_attention_heads");
        int experts = fields.count("num_local_experts", fields.count("num_experts", 1));
        return new ModelShape(
                name,
                fields.count("num_hidden_layers"),
                hidden,
                heads,
                fields.count("num_key_value_heads", heads),
                fields.count("head_dim", hidden / heads),
                fields.count("moe_intermediate_size", fields.count("intermediate_size")),
                fields.count("vocab_size"),
                experts,
                fields.count("num_experts_per_tok", 1),
                fields.flag("tie_word_embeddings"),
                source);
    }

    /** Llama keeps hidden size near 102.4 times its layers, and 8 KV heads. */
    private static ModelShape guess(String name) {
        Matcher size = SIZE.matcher(name);
        double billions = size.find() ? Double.parseDouble(size.group(1)) : DEFAULT_BILLIONS;
        double parameters = billions * 1e9;
        int layers = Math.max(2, (int) Math.round(Math.cbrt(parameters / 12 / (102.4 * 102.4))));
        int heads = Math.max(8, (int) Math.round(102.4 * layers / LLAMA_HEAD_DIM / 8) * 8);
        int hidden = heads * LLAMA_HEAD_DIM;
        double attention = (double) hidden * LLAMA_HEAD_DIM * (2 * heads + 16);
        double rest = (parameters - 2.0 * LLAMA_VOCAB * hidden) / layers - attention;
        int ffn = (int) Math.max(hidden, Math.round(rest / (3.0 * hidden)));
        return new ModelShape(
                name,
                layers,
                hidden,
                heads,
                8,
                LLAMA_HEAD_DIM,
                ffn,
                LLAMA_VOCAB,
                1,
                1,
                false,
                "no data for it: Llama's proportions with %s billion parameters"
                        .formatted(billions));
    }
}
