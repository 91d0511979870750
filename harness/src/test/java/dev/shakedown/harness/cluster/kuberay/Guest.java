package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.List;
import java.util.stream.Stream;

/** The user of the rig's context {@code guest}, who may nothing at first. */
record Guest(Rig rig) {
    private static final String NAME = "guest";
    private static final String RBAC = "rbac.authorization.k8s.io";

    /** What a run in the rig's namespace can need. */
    static List<PolicyRule> allRights() {
        return Stream.concat(Right.NEEDED.stream(), Right.USEFUL.stream())
                .map(right -> rule(right.group(), right.resource(), right.verb()))
                .toList();
    }

    void mayAll() {
        may(allRights());
    }

    void may(List<PolicyRule> rules) {
        rig.client()
                .resource(
                        new RoleBuilder()
                                .withNewMetadata()
                                .withName(NAME)
                                .withNamespace(rig.namespace())
                                .endMetadata()
                                .withRules(rules)
                                .build())
                .create();
        rig.client()
                .resource(
                        new RoleBindingBuilder()
                                .withNewMetadata()
                                .withName(NAME)
                                .withNamespace(rig.namespace())
                                .endMetadata()
                                .withNewRoleRef(RBAC, "Role", NAME)
                                .addNewSubject(RBAC, "User", NAME, null)
                                .build())
                .create();
    }

    /** Close it: it outlives the rig's namespace. */
    AutoCloseable mayEverywhere(List<PolicyRule> rules) {
        String name = NAME + "-" + rig.namespace();
        var role =
                rig.client()
                        .resource(
                                new ClusterRoleBuilder()
                                        .withNewMetadata()
                                        .withName(name)
                                        .endMetadata()
                                        .withRules(rules)
                                        .build());
        var binding =
                rig.client()
                        .resource(
                                new ClusterRoleBindingBuilder()
                                        .withNewMetadata()
                                        .withName(name)
                                        .endMetadata()
                                        .withNewRoleRef(RBAC, "ClusterRole", name)
                                        .addNewSubject(RBAC, "User", NAME, null)
                                        .build());
        role.create();
        binding.create();
        return () -> {
            binding.delete();
            role.delete();
        };
    }

    static PolicyRule rule(String group, String resource, String verb) {
        return new PolicyRuleBuilder()
                .withVerbs(verb)
                .withApiGroups(group)
                .withResources(resource)
                .build();
    }
}
