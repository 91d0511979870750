# Needs: RayCluster theirs of somebody else in namespace team-a, ready, with 2 × 8 GPUs that nobody holds, with Ray 2.53.0, and the rights to
#   get rayclusters.ray.io
#   list pods
#   list events
#   get pods/log
#   create pods/portforward
#   get secrets, if Ray asks for a token of a Secret
kubectl --context gpus -n team-a get raycluster theirs
HEAD=$(kubectl --context gpus -n team-a get pods -l ray.io/cluster=theirs,ray.io/node-type=head -o jsonpath='{.items[0].metadata.name}')
S=$(kubectl --context gpus -n team-a get pods -l ray.io/cluster=theirs,ray.io/node-type=head -o jsonpath='{.items[0].spec.containers[*].env[?(@.name=="RAY_AUTH_TOKEN")].valueFrom.secretKeyRef.name}'); K=$(kubectl --context gpus -n team-a get pods -l ray.io/cluster=theirs,ray.io/node-type=head -o jsonpath='{.items[0].spec.containers[*].env[?(@.name=="RAY_AUTH_TOKEN")].valueFrom.secretKeyRef.key}')
[ -z "$S" ] || export RAY_AUTH_MODE=token RAY_AUTH_TOKEN=$(kubectl --context gpus -n team-a get secret $S -o go-template="{{index .data \"$K\" | base64decode}}")
kubectl --context gpus -n team-a port-forward pod/$HEAD 8265:8265 >/dev/null &
export RAY_API_SERVER_ADDRESS=http://127.0.0.1:8265
until curl -fsS $RAY_API_SERVER_ADDRESS/api/version >/dev/null 2>&1; do sleep 1; done
# engine
R=$(kubectl --context gpus -n team-a get pods -l ray.io/cluster=theirs,ray.io/node-type=worker -o jsonpath='{.items[0].metadata.name} {.items[0].status.podIP}'); W1=${R% *}; A1=${R#* }
ray job submit --no-wait --submission-id shakedown-vllm-20260101T000000Z-golden-abcdef-0 --entrypoint-resources '{"node:'$A1'": 0.001}' -- env 'A=b c' vllm serve facebook/opt-125m --host 127.0.0.1
kubectl --context gpus -n team-a port-forward pod/$W1 8000:8000 >/dev/null &
until curl -fsS http://127.0.0.1:8000/health >/dev/null 2>&1; do sleep 1; done
# down
ray job stop shakedown-vllm-20260101T000000Z-golden-abcdef-0
# The RayCluster is somebody else's and stays as it is.
kill $(jobs -p); wait
