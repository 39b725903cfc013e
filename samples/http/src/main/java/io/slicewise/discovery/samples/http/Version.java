package io.slicewise.discovery.samples.http;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar was built with. */
final class Version implements IVersionProvider {

  Version() {}

  @Override
  public String[] getVersion() {
    String built = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "slicewise-http " + (built == null ? "(not packaged)" : built),
      "Java " + System.getProperty("java.version")
    };
  }
}
