/**
 * Findings as SARIF 2.1.0: constant rule ids, one thread flow a finding with steps prefixed by their
 * CPU (viewers show only the first flow), fingerprints that survive moved lines.
 */

import type { Log, Location, Result, ThreadFlowLocation } from 'sarif';
import { allRules } from '../rules/registry.ts';
import { type CheckReport, type Finding, type Level, pointOfNoReturn, type ReportStep } from './report.ts';

export function toSarif(report: CheckReport, version: string): Log {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'Faultline', version,
          rules: allRules.map((rule) => ({ id: rule.code, name: rule.name, shortDescription: { text: rule.summary } })),
        },
      },
      results: report.findings.map(toResult),
    }],
  };
}

function toResult(finding: Finding): Result {
  const { file, line, column, endLine, endColumn } = finding;
  return {
    ruleId: finding.code,
    level: levelOf(finding.level),
    message: { text: finding.message },
    locations: [{ physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line, startColumn: column, endLine, endColumn } }, logicalLocations: [{ name: finding.function, kind: 'function' }] }],
    relatedLocations: finding.related.map((each, index) => ({ id: index + 1, message: { text: each.message }, ...at(each.file, each.line, each.column) })),
    partialFingerprints: { faultlineFinding: `${finding.code}/${file}/${finding.function}/${finding.message.replace(/\d+/g, '#')}` },
    ...(finding.trace ? { codeFlows: [{ threadFlows: [{ locations: finding.trace.map((step, index) => toFlow(step, index + 1 === finding.irreversible)) }] }] } : {}),
  };
}

function toFlow(step: ReportStep, isIrreversible: boolean): ThreadFlowLocation {
  const message = { text: `[CPU${step.cpu}] ${step.action}${isIrreversible ? `; ${pointOfNoReturn}` : ''}` };
  return { ...(isIrreversible ? { importance: 'essential' as const } : {}), location: { message, ...(step.file !== undefined && step.line !== undefined ? at(step.file, step.line, step.column ?? 1) : {}) } };
}

function at(uri: string, startLine: number, startColumn: number): Pick<Location, 'physicalLocation'> {
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine, startColumn } } };
}

function levelOf(level: Level): 'error' | 'warning' | 'note' {
  return level === 'info' ? 'note' : level;
}
