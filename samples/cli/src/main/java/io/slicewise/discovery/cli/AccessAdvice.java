package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Role and RoleBinding that discovery needs where the API server forbids it to watch. */
final class AccessAdvice {

  private static final Pattern FORBIDDEN = Pattern.compile("forbidden \\(403\\)");
  private static final Pattern USER = Pattern.compile("User \"([^\"]+)\"");
  private static final Pattern SERVICE_ACCOUNT =
      Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");

  private AccessAdvice() {}

  /** Returns a command that grants what a view's problem says is forbidden; else nothing. */
  static List<String> on(ServiceView view) {
    @Nullable String problem = view.problem();
    if (problem == null || !FORBIDDEN.matcher(problem).find()) {
      return List.of();
    }
    Matcher user = USER.matcher(problem);
    return grant(view.target(), user.find() ? user.group(1) : "(the user of this client)");
  }

  private static List<String> grant(ServiceTarget target, String user) {
    String namespace = String.valueOf(target.namespace());
    return """
        Allow it with:
        kubectl apply -f - <<'EOF'
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata:
          name: endpointslice-reader
          namespace: %1$s
        rules:
          - apiGroups: ["discovery.k8s.io"]
            resources: ["endpointslices"]
            verbs: ["list", "watch"]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata:
          name: endpointslice-reader
          namespace: %1$s
        subjects:
          - %2$s
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: Role
          name: endpointslice-reader
        EOF
        """
        .formatted(namespace, subject(user))
        .lines()
        .toList();
  }

  private static String subject(String user) {
    Matcher account = SERVICE_ACCOUNT.matcher(user);
    return account.matches()
        ? "{kind: ServiceAccount, namespace: %s, name: %s}"
            .formatted(account.group(1), account.group(2))
        : "{apiGroup: rbac.authorization.k8s.io, kind: User, name: \"%s\"}".formatted(user);
  }
}
