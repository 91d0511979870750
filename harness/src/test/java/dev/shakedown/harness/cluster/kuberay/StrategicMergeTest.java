package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StrategicMergeTest {
    /** What {@code kubectl patch --type=strategic} makes of the same on a pod. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    map by key            | {"a": {"b": 1, "c": 2}}                      | {"a": {"c": 3}}                                        | {"a": {"b": 1, "c": 3}}
                    null removes          | {"a": 1, "b": 2}                             | {"a": null}                                            | {"b": 2}
                    null of nothing       | {"a": 1}                                     | {"b": null}                                            | {"a": 1}
                    containers by name    | {"containers": [{"name": "w", "image": "i"}]}| {"containers": [{"name": "w", "tty": true}]}           | {"containers": [{"name": "w", "image": "i", "tty": true}]}
                    container added       | {"containers": [{"name": "w"}]}              | {"containers": [{"name": "x"}]}                        | {"containers": [{"name": "w"}, {"name": "x"}]}
                    container deleted     | {"containers": [{"name": "w"}, {"name": "x"}]}| {"containers": [{"name": "w", "$patch": "delete"}]}   | {"containers": [{"name": "x"}]}
                    deleting nothing      | {"containers": [{"name": "w"}]}              | {"containers": [{"name": "x", "$patch": "delete"}]}    | {"containers": [{"name": "w"}]}
                    mounts by path        | {"volumeMounts": [{"mountPath": "/a", "name": "v"}]} | {"volumeMounts": [{"mountPath": "/a", "readOnly": true}, {"mountPath": "/b", "name": "v"}]} | {"volumeMounts": [{"mountPath": "/a", "name": "v", "readOnly": true}, {"mountPath": "/b", "name": "v"}]}
                    ports by number       | {"ports": [{"containerPort": 1}]}            | {"ports": [{"containerPort": 2}]}                      | {"ports": [{"containerPort": 1}, {"containerPort": 2}]}
                    other lists whole     | {"args": ["a", "b"]}                         | {"args": ["c"]}                                        | {"args": ["c"]}
                    tolerations whole     | {"tolerations": [{"key": "a"}]}              | {"tolerations": [{"key": "b"}]}                        | {"tolerations": [{"key": "b"}]}
                    map replaced          | {"a": {"b": 1, "c": 2}}                      | {"a": {"$patch": "replace", "d": 3}}                   | {"a": {"d": 3}}
                    list in a new place   | {}                                           | {"containers": [{"name": "w"}]}                        | {"containers": [{"name": "w"}]}
                    scalar becomes map    | {"a": 1}                                     | {"a": {"b": 2}}                                        | {"a": {"b": 2}}
                    """)
    void mergesAsKubectlDoes(String name, String base, String patch, String expected) {
        ObjectNode before = json(base);
        ObjectNode change = json(patch);

        assertThat(StrategicMerge.merge(before, change)).as(name).isEqualTo(json(expected));
        assertThat(before).isEqualTo(json(base));
        assertThat(change).isEqualTo(json(patch));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }
}
