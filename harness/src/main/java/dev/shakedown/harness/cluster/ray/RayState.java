package dev.shakedown.harness.cluster.ray;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The state API: what exists in the cluster, and what it waits for. */
public final class RayState {
    private static final int LIMIT = 10_000;

    private final RayHttp http;

    RayState(RayHttp http) {
        this.http = http;
    }

    /** A condition on a column: {@code state = RUNNING}. */
    public record Filter(String key, boolean equal, String value) {
        /** {@code key = value}. */
        public static Filter is(String key, String value) {
            return new Filter(key, true, value);
        }

        /** {@code key != value}. */
        public static Filter isNot(String key, String value) {
            return new Filter(key, false, value);
        }
    }

    /** Nodes without hostname; the dead ones too. */
    public List<RayNode> nodes() {
        return rows("nodes", List.of()).map(NodeRows::ofState).toList();
    }

    /** Tasks that match all filters. */
    public List<RayTask> tasks(List<Filter> filters) {
        return rows("tasks", filters)
                .map(
                        row ->
                                new RayTask(
                                        Fields.text(row, "task_id"),
                                        Fields.text(row, "name"),
                                        Fields.text(row, "state"),
                                        Fields.text(row, "job_id"),
                                        Fields.optional(row, "node_id"),
                                        Fields.amounts(row, "required_resources"),
                                        Fields.optional(row, "error_type"),
                                        Fields.optional(row, "error_message")))
                .toList();
    }

    /** Actors that match all filters. */
    public List<RayActor> actors(List<Filter> filters) {
        return rows("actors", filters)
                .map(
                        row ->
                                new RayActor(
                                        Fields.text(row, "actor_id"),
                                        Fields.text(row, "class_name"),
                                        Fields.text(row, "name"),
                                        Fields.text(row, "state"),
                                        Fields.text(row, "job_id"),
                                        Fields.optional(row, "node_id"),
                                        Fields.integer(row, "pid"),
                                        Fields.amounts(row, "required_resources"),
                                        Fields.optional(row, "placement_group_id"),
                                        deathCause(row.path("death_cause"))))
                .toList();
    }

    /** Placement groups that match all filters. */
    public List<RayPlacementGroup> placementGroups(List<Filter> filters) {
        return rows("placement_groups", filters).map(RayState::placementGroup).toList();
    }

    /** What waits for resources, one sentence each. */
    public List<String> pendingReasons() {
        List<String> reasons = new ArrayList<>();
        for (RayTask task : tasks(List.of(Filter.is("state", "PENDING_NODE_ASSIGNMENT")))) {
            reasons.add("task %s waits for %s".formatted(task.name(), task.requiredResources()));
        }
        for (RayActor actor : actors(List.of(Filter.is("state", "PENDING_CREATION")))) {
            reasons.add(
                    "actor %s waits for %s"
                            .formatted(actor.className(), actor.requiredResources()));
        }
        for (RayPlacementGroup group : placementGroups(List.of(Filter.is("state", "PENDING")))) {
            reasons.add(
                    "placement group %s waits: %s, %d bundles"
                            .formatted(
                                    group.id(),
                                    group.schedulingState().orElse("PENDING"),
                                    group.bundles().size()));
        }
        return reasons;
    }

    private Stream<JsonNode> rows(String kind, List<Filter> filters) {
        StringBuilder path = new StringBuilder("api/v0/" + kind + "?detail=1&limit=" + LIMIT);
        for (Filter filter : filters) {
            path.append("&filter_keys=").append(encoded(filter.key()));
            path.append("&filter_predicates=").append(encoded(filter.equal() ? "=" : "!="));
            path.append("&filter_values=").append(encoded(filter.value()));
        }
        JsonNode answer = http.get(path.toString());
        if (!answer.path("result").asBoolean(false)) {
            throw RayRequestException.unexpected(200, path.toString(), Fields.text(answer, "msg"));
        }
        return answer.path("data").path("result").path("result").valueStream();
    }

    private static RayPlacementGroup placementGroup(JsonNode row) {
        List<RayPlacementGroup.Bundle> bundles =
                row.path("bundles")
                        .valueStream()
                        .map(
                                bundle ->
                                        new RayPlacementGroup.Bundle(
                                                Fields.optional(bundle, "node_id"),
                                                Fields.amounts(bundle, "unit_resources")))
                        .toList();
        return new RayPlacementGroup(
                Fields.text(row, "placement_group_id"),
                Fields.text(row, "name"),
                Fields.text(row, "creator_job_id"),
                Fields.text(row, "state"),
                Fields.optional(row.path("stats"), "scheduling_state"),
                bundles);
    }

    /** A tree with one branch per kind of death; the message sits below it. */
    private static Optional<String> deathCause(JsonNode cause) {
        return Optional.of(String.join("; ", cause.findValuesAsString("error_message")))
                .filter(text -> !text.isEmpty());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
