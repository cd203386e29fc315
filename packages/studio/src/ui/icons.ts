/**
 * The icons in use, from React Spectrum. Its declarations are CommonJS to Node's module rules, which give a default
 * import the type of the whole module; in the browser bundle it is the component itself.
 */
import ChartTrend from '@react-spectrum/s2/icons/ChartTrend';
import CheckmarkCircle from '@react-spectrum/s2/icons/CheckmarkCircle';
import ChevronLeft from '@react-spectrum/s2/icons/ChevronLeft';
import ChevronRight from '@react-spectrum/s2/icons/ChevronRight';
import CloseCircle from '@react-spectrum/s2/icons/CloseCircle';
import Contrast from '@react-spectrum/s2/icons/Contrast';
import Data from '@react-spectrum/s2/icons/Data';
import DeviceDesktop from '@react-spectrum/s2/icons/DeviceDesktop';
import FileText from '@react-spectrum/s2/icons/FileText';
import Folder from '@react-spectrum/s2/icons/Folder';
import Home from '@react-spectrum/s2/icons/Home';
import Layers from '@react-spectrum/s2/icons/Layers';
import Lighten from '@react-spectrum/s2/icons/Lighten';
import PeopleGroup from '@react-spectrum/s2/icons/PeopleGroup';
import User from '@react-spectrum/s2/icons/User';
import type { ComponentType } from 'react';

export type Icon = ComponentType<{ readonly 'aria-label'?: string }>;

const icon = (imported: unknown): Icon => imported as Icon;

export const HoldsIcon = icon(CheckmarkCircle);
export const FailsIcon = icon(CloseCircle);
export const PreviousIcon = icon(ChevronLeft);
export const NextIcon = icon(ChevronRight);
export const SystemThemeIcon = icon(DeviceDesktop);
export const LightThemeIcon = icon(Lighten);
export const DarkThemeIcon = icon(Contrast);
export const HomeIcon = icon(Home);
export const AudiencesIcon = icon(PeopleGroup);
export const PredictionsIcon = icon(ChartTrend);
export const ProfilesIcon = icon(User);
export const SourcesIcon = icon(Data);
export const DatasetsIcon = icon(Folder);
export const SchemaIcon = icon(Layers);
export const DocsIcon = icon(FileText);
