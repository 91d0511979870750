# Needs: namespace bench, the KubeRay operator 1.7.0 with its CRDs, and in that namespace the rights to
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
# Pods that this machine reaches at their own address are not forwarded by a run.
set +H; TOKEN=$(mktemp); head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > $TOKEN
kubectl --context gpus -n bench create secret generic sd-golden-abcdef-token --from-file=auth_token=$TOKEN
kubectl --context gpus -n bench label secret sd-golden-abcdef-token app.kubernetes.io/managed-by=shakedown shakedown.dev/run=20260101T000000Z-golden-abcdef
kubectl --context gpus -n bench apply --server-side --field-manager=shakedown -f - <<'EOF'
apiVersion: "ray.io/v1"
kind: "RayCluster"
metadata:
  name: "sd-golden-abcdef"
  labels:
    app.kubernetes.io/managed-by: "shakedown"
    shakedown.dev/run: "20260101T000000Z-golden-abcdef"
spec:
  rayVersion: "2.53.0"
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
        nodeSelector:
          pool: "h100"
        tolerations:
        - key: "nvidia.com/gpu"
          operator: "Exists"
          effect: "NoSchedule"
        - key: "team"
          operator: "Equal"
          value: "bench"
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
            sizeLimit: "32Gi"
  workerGroupSpecs:
  - groupName: "gpu"
    replicas: 2
    minReplicas: 2
    maxReplicas: 2
    rayStartParams: {}
    template:
      metadata:
        labels:
          app.kubernetes.io/managed-by: "shakedown"
          shakedown.dev/run: "20260101T000000Z-golden-abcdef"
          shakedown.dev/role: "worker"
        annotations:
          a: "b"
      spec:
        nodeSelector:
          pool: "h100"
        tolerations:
        - key: "nvidia.com/gpu"
          operator: "Exists"
          effect: "NoSchedule"
        - key: "team"
          operator: "Equal"
          value: "bench"
        containers:
        - name: "ray"
          image: "vllm/vllm-openai:v0.11.0"
          env:
          - name: "GLOO_SOCKET_IFNAME"
            value: "eth0"
          - name: "NCCL_SOCKET_IFNAME"
            value: "ib0"
          - name: "RAY_AUTH_MODE"
            value: "token"
          - name: "RAY_AUTH_TOKEN"
            valueFrom:
              secretKeyRef:
                name: "sd-golden-abcdef-token"
                key: "auth_token"
          - name: "RAY_USAGE_STATS_ENABLED"
            value: "0"
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
          - name: "models"
            mountPath: "/models"
          resources:
            requests:
              nvidia.com/gpu: "8"
              rdma/ib: "8"
            limits:
              nvidia.com/gpu: "8"
              rdma/ib: "8"
              memory: "512Gi"
          securityContext:
            capabilities:
              add:
              - "IPC_LOCK"
        - name: "sidecar"
          image: "exporter"
        volumes:
        - name: "shm"
          emptyDir:
            medium: "Memory"
            sizeLimit: "32Gi"
        - name: "models"
          persistentVolumeClaim:
            claimName: "models"
        affinity:
          podAntiAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - labelSelector:
                matchLabels:
                  app.kubernetes.io/managed-by: "shakedown"
                  shakedown.dev/run: "20260101T000000Z-golden-abcdef"
                  shakedown.dev/role: "worker"
              topologyKey: "kubernetes.io/hostname"
        hostNetwork: true
EOF
kubectl --context gpus -n bench wait --for=condition=RayClusterProvisioned raycluster/sd-golden-abcdef --timeout=120s
kubectl --context gpus -n bench port-forward service/sd-golden-abcdef-head-svc 8265:8265 >/dev/null &
export RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=$TOKEN RAY_API_SERVER_ADDRESS=http://127.0.0.1:8265
until curl -fsS $RAY_API_SERVER_ADDRESS/api/version >/dev/null 2>&1; do sleep 1; done
# engine
R=$(kubectl --context gpus -n bench get pods -l app.kubernetes.io/managed-by=shakedown,shakedown.dev/run=20260101T000000Z-golden-abcdef,shakedown.dev/role=worker -o jsonpath='{.items[0].metadata.name} {.items[0].status.podIP}'); W1=${R% *}; A1=${R#* }
ray job submit --no-wait --submission-id shakedown-vllm-20260101T000000Z-golden-abcdef-0 --entrypoint-resources '{"node:'$A1'": 0.001}' -- env 'A=b c' vllm serve facebook/opt-125m --host 127.0.0.1
kubectl --context gpus -n bench port-forward pod/$W1 8000:8000 >/dev/null &
until curl -fsS http://127.0.0.1:8000/health >/dev/null 2>&1; do sleep 1; done
# down
kubectl --context gpus -n bench delete raycluster,secret -l app.kubernetes.io/managed-by=shakedown,shakedown.dev/run=20260101T000000Z-golden-abcdef
kubectl --context gpus -n bench wait --for=delete pods -l app.kubernetes.io/managed-by=shakedown,shakedown.dev/run=20260101T000000Z-golden-abcdef --timeout=90s
rm -f $TOKEN; kill $(jobs -p); wait
