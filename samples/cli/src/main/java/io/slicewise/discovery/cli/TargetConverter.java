package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceTarget;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a target in any of its spellings. */
final class TargetConverter implements ITypeConverter<ServiceTarget> {

  TargetConverter() {}

  @Override
  public ServiceTarget convert(String text) {
    try {
      return ServiceTarget.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
