#!/usr/bin/env bash
# A throw-away CA, the certificates of API server and kwok, the key of service accounts, two users with tokens, a kubeconfig.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$RIG_STATE/pki"
cd "$RIG_STATE/pki"
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
openssl req -x509 -new -key ca.key -sha256 -days 2 -subj /CN=rig-ca -out ca.crt \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null
issue() { # issue NAME SUBJECT USAGE [NAMES]
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  { echo "extendedKeyUsage=$3"; [ -z "${4:-}" ] || echo "subjectAltName=$4"; } >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -sha256 -extfile "$1.ext" -out "$1.crt" 2>/dev/null
}
issue apiserver /CN=kube-apiserver serverAuth 'DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.0.0.1'
issue kubelet /CN=kwok serverAuth 'DNS:localhost,IP:127.0.0.1'
# For the kubelet that is part of the tests' own JVM.
openssl pkcs12 -export -in kubelet.crt -inkey kubelet.key -passout pass:rig -out kubelet.p12
issue apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
openssl genrsa -out sa.key 2048 2>/dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
admin=$(openssl rand -hex 16)
guest=$(openssl rand -hex 16)
printf '%s,admin,admin,"system:masters"\n%s,guest,guest\n' "$admin" "$guest" >tokens.csv
cat >"$KUBECONFIG" <<EOF
apiVersion: v1
kind: Config
clusters: [{name: rig, cluster: {server: "https://127.0.0.1:$P_API", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: admin, user: {token: $admin}}, {name: guest, user: {token: $guest}}]
contexts:
- {name: rig, context: {cluster: rig, user: admin, namespace: default}}
- {name: guest, context: {cluster: rig, user: guest, namespace: default}}
current-context: rig
EOF
