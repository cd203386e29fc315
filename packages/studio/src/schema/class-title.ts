/** What people call a class. @param id `$id` */
export function classTitle(id: string): string {
  if (id.endsWith('/xdm/context/profile')) return 'Individual profile';
  return id.endsWith('/xdm/context/experienceevent') ? 'Experience event' : 'A class of your own';
}
