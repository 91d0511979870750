# Needs: namespace default, the KubeRay operator 1.7.0 with its CRDs, and in that namespace the rights to
#   create rayclusters.ray.io
#   patch rayclusters.ray.io
#   get rayclusters.ray.io
#   list rayclusters.ray.io
#   delete rayclusters.ray.io
#   create secrets
#   patch secrets
#   get secrets
#   delete secrets
#   list pods
#   list events
#   get pods/log
#   create pods/exec
#   create pods/portforward
# To install the operator: helm, and the rights to list deployments in all namespaces, to create namespaces and all that its chart holds, and to get, list, create, update and delete secrets in namespace kuberay-system
# Pods that this machine reaches at their own address are not forwarded by a run.
# An operator that is there is taken as it is, if its version is right; one that is installed here stays.
O=$(kubectl -n default get deployments -A -o name) && { grep -q kuberay-operator <<<"$O" || helm install kuberay-operator kuberay/kuberay-operator --version 1.7.0 --namespace kuberay-system --create-namespace --atomic --timeout 120s; }
kubectl -n default wait --for=condition=Established crd/rayclusters.ray.io --timeout=60s
set +H; TOKEN=$(mktemp); head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > $TOKEN
kubectl -n default create secret generic sd-golden-abcdef-token --from-file=auth_token=$TOKEN
kubectl -n default label secret sd-golden-abcdef-token app.kubernetes.io/managed-by=shakedown shakedown.dev/run=20260101T000000Z-golden-abcdef
kubectl -n default apply --server-side --field-manager=shakedown -f - <<'EOF'
apiVersion: "ray.io/v1"
kind: "RayCluster"
metadata:
  name: "sd-golden-abcdef"
  labels:
    app.kubernetes.io/managed-by: "shakedown"
    shakedown.dev/run: "20260101T000000Z-golden-abcdef"
spec:
  headGroupSpec:
    rayStartParams:
      dashboard-host: "0.0.0.0"
      num-gpus: "0"
    template:
      metadata:
        labels:
          app.kubernetes.io/managed-by: "shakedown"
          shakedown.dev/run: "20260101T000000Z-golden-abcdef"
          shakedown.dev/role: "head"
      spec:
        containers:
        - name: "ray"
          image: "vllm/vllm-openai:v0.11.0"
          env:
          - name: "GLOO_SOCKET_IFNAME"
            value: "eth0"
          - name: "NCCL_SOCKET_IFNAME"
            value: "=eth0"
          - name: "RAY_AUTH_MODE"
            value: "token"
          - name: "RAY_AUTH_TOKEN"
            valueFrom:
              secretKeyRef:
                name: "sd-golden-abcdef-token"
                key: "auth_token"
          - name: "RAY_USAGE_STATS_ENABLED"
            value: "0"
          - name: "TP_SOCKET_IFNAME"
            value: "eth0"
          - name: "VLLM_HOST_IP"
            valueFrom:
              fieldRef:
                fieldPath: "status.podIP"
          - name: "VLLM_NO_USAGE_STATS"
            value: "1"
          - name: "NCCL_DEBUG"
            value: "WARN"
          - name: "NVIDIA_VISIBLE_DEVICES"
            value: "void"
          volumeMounts:
          - name: "shm"
            mountPath: "/dev/shm"
        volumes:
        - name: "shm"
          emptyDir:
            medium: "Memory"
            sizeLimit: "10Gi"
  workerGroupSpecs:
  - groupName: "gpu"
    replicas: 1
    minReplicas: 1
    maxReplicas: 1
    rayStartParams: {}
    template:
      metadata:
        labels:
          app.kubernetes.io/managed-by: "shakedown"
          shakedown.dev/run: "20260101T000000Z-golden-abcdef"
          shakedown.dev/role: "worker"
      spec:
        containers:
        - name: "ray"
          image: "vllm/vllm-openai:v0.11.0"
          env:
          - name: "GLOO_SOCKET_IFNAME"
            value: "eth0"
          - name: "NCCL_SOCKET_IFNAME"
            value: "=eth0"
          - name: "RAY_AUTH_MODE"
            value: "token"
          - name: "RAY_AUTH_TOKEN"
            valueFrom:
              secretKeyRef:
                name: "sd-golden-abcdef-token"
                key: "auth_token"
          - name: "RAY_USAGE_STATS_ENABLED"
            value: "0"
          - name: "TP_SOCKET_IFNAME"
            value: "eth0"
          - name: "VLLM_HOST_IP"
            valueFrom:
              fieldRef:
                fieldPath: "status.podIP"
          - name: "VLLM_NO_USAGE_STATS"
            value: "1"
          - name: "NCCL_DEBUG"
            value: "WARN"
          volumeMounts:
          - name: "shm"
            mountPath: "/dev/shm"
          resources:
            requests:
              nvidia.com/gpu: "8"
            limits:
              nvidia.com/gpu: "8"
        volumes:
        - name: "shm"
          emptyDir:
            medium: "Memory"
            sizeLimit: "10Gi"
        affinity:
          podAntiAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - labelSelector:
                matchLabels:
                  app.kubernetes.io/managed-by: "shakedown"
                  shakedown.dev/run: "20260101T000000Z-golden-abcdef"
                  shakedown.dev/role: "worker"
              topologyKey: "kubernetes.io/hostname"
EOF
kubectl -n default wait --for=condition=RayClusterProvisioned raycluster/sd-golden-abcdef --timeout=120s
kubectl -n default port-forward service/sd-golden-abcdef-head-svc 8265:8265 >/dev/null &
export RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=$TOKEN RAY_API_SERVER_ADDRESS=http://127.0.0.1:8265
until curl -fsS $RAY_API_SERVER_ADDRESS/api/version >/dev/null 2>&1; do sleep 1; done
# engine
R=$(kubectl -n default get pods -l app.kubernetes.io/managed-by=shakedown,shakedown.dev/run=20260101T000000Z-golden-abcdef,shakedown.dev/role=worker -o jsonpath='{.items[0].metadata.name} {.items[0].status.podIP}'); W1=${R% *}; A1=${R#* }
ray job submit --no-wait --submission-id shakedown-vllm-20260101T000000Z-golden-abcdef-0 --entrypoint-resources '{"node:'$A1'": 0.001}' -- env 'A=b c' vllm serve facebook/opt-125m --host 127.0.0.1
kubectl -n default port-forward pod/$W1 8000:8000 >/dev/null &
until curl -fsS http://127.0.0.1:8000/health >/dev/null 2>&1; do sleep 1; done
# down
kubectl -n default delete raycluster,secret -l app.kubernetes.io/managed-by=shakedown,shakedown.dev/run=20260101T000000Z-golden-abcdef
kubectl -n default wait --for=delete pods -l app.kubernetes.io/managed-by=shakedown,shakedown.dev/run=20260101T000000Z-golden-abcdef --timeout=90s
rm -f $TOKEN; kill $(jobs -p); wait
