/**
 * The provider {@code kuberay}: a RayCluster that the KubeRay operator of a Kubernetes cluster
 * brings up, one worker pod a node. What is made carries the run's label, and only what carries it
 * is ever deleted; the operator, its CRDs and everything else in the namespace are left alone, even
 * where a run had the operator installed. A RayCluster of somebody else can be used, by jobs alone.
 */
@NullMarked
package dev.shakedown.harness.cluster.kuberay;

import org.jspecify.annotations.NullMarked;
