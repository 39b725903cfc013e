package io.slicewise.discovery.testkit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Who may do what: tokens of users, and rules that forbid. Thread safe. */
final class Access {

  private final Map<String, String> usersByToken = new ConcurrentHashMap<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  private record Rule(String verb, String resource, @Nullable String namespace) {
    boolean forbids(ApiRequest request) {
      return (verb.equals("*") || verb.equals(request.verb()))
          && (resource.equals("*") || resource.equals(request.resource().plural()))
          && (namespace == null || namespace.equals(request.namespace()));
    }
  }

  void accept(String token, String user) {
    usersByToken.put(token, user);
  }

  void revoke(String token) {
    usersByToken.remove(token);
  }

  /** The user of an Authorization header or of a client certificate. */
  String authenticate(@Nullable String authorization, @Nullable String certificateUser) {
    if (authorization != null && authorization.startsWith("Bearer ")) {
      String user = usersByToken.get(authorization.substring("Bearer ".length()).trim());
      if (user != null) {
        return user;
      }
      throw ApiException.unauthorized();
    }
    if (certificateUser != null) {
      return certificateUser;
    }
    throw ApiException.unauthorized();
  }

  void forbid(String verb, String resource, @Nullable String namespace) {
    rules.add(new Rule(verb, resource, namespace));
  }

  void allowAll() {
    rules.clear();
  }

  void authorize(String user, ApiRequest request) {
    for (Rule rule : rules) {
      if (rule.forbids(request)) {
        throw ApiException.forbidden(
            request.resource(), request.verb(), request.namespace(), request.name(), user);
      }
    }
  }
}
